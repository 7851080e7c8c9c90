// A provider for the tests: anybody listed logs in with any password, at the forms that the library
// brings for development. What it is to be comes as JSON in the environment.
import { pathToFileURL } from "node:url";

const { default: Provider } = await import(pathToFileURL(process.env.OIDC_MODULE));
const { issuer, port, client, keys, accounts } = JSON.parse(process.env.OIDC_CONFIG);

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys },
  pkce: { required: () => true },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username"],
  },
  async findAccount(ctx, id) {
    const claims = accounts[id];
    return claims && { accountId: id, claims: async () => ({ sub: id, ...claims }) };
  },
});
provider.listen(port, "127.0.0.1", () => console.log("listening"));
