"""An OpenID Connect provider: what it says of itself, and who it says has logged in.

Authlib speaks the code flow with PKCE, joserfc reads the ID tokens. Needs the extra `oidc`.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from authlib.integrations.base_client import OAuthError
from httpx2 import HTTPStatusError
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet, import_key
from joserfc.jws import JWSRegistry

from ..errors import LoginProviderUnavailable, Unauthorized
from .oidc_client import OidcClient
from .web import ask

KEPT_S = 3_600.0
# Keys that nobody knows may be asked for anew, and by forged tokens not all the time.
RENEWED_AFTER_S = 60.0
LEEWAY_S = 60
# Signatures by a key that only the provider holds; never HMAC, never none. Headers that nobody
# here knows are ignored, as RFC 7515 has it, unless they are marked as critical.
SIGNATURES = JWSRegistry(
    algorithms=[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
        "Ed25519",
    ],
    strict_check_header=False,
)  # fmt: skip
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Claims = dict[str, Any]


@dataclass(slots=True)
class _Kept:
    """A document of the provider's, and when it came."""

    found: dict[str, Any] = field(default_factory=dict)
    at: float = float("-inf")

    def is_older_than(self, seconds: float) -> bool:
        return monotonic() - self.at > seconds

    def keep(self, found: dict[str, Any]) -> dict[str, Any]:
        self.found, self.at = found, monotonic()
        return found


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """The provider at `issuer`, which knows the platform as `client_id`."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    _metadata: _Kept = field(default_factory=_Kept)
    _keys: _Kept = field(default_factory=_Kept)

    async def metadata(self) -> dict[str, Any]:
        """What the provider says of itself. Raises LoginProviderUnavailable."""
        if not self._metadata.is_older_than(KEPT_S):
            return self._metadata.found
        url = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        status, found = await ask("GET", url)
        if status != 200 or not all(_is_address(found.get(name)) for name in NEEDED):
            raise LoginProviderUnavailable("The login provider does not say how to log in")
        if found.get("issuer") != self.issuer:
            raise LoginProviderUnavailable(
                "The login provider says that it is another; DBAPI_OIDC_ISSUER has to be the same"
            )
        return self._metadata.keep(found)

    async def authorization_url(self, *, verifier: str, **parameters: str) -> str:
        """Where the browser goes to log in. Raises LoginProviderUnavailable."""
        endpoint = (await self.metadata())["authorization_endpoint"]
        async with OidcClient(self.client_id, "") as client:
            url, _ = client.create_authorization_url(endpoint, code_verifier=verifier, **parameters)
        return str(url)

    async def exchange(self, code: str, *, verifier: str, redirect_uri: str, nonce: str) -> Claims:
        """Who has logged in, for the code that the browser brought back.

        Raises Unauthorized or LoginProviderUnavailable.
        """
        metadata = await self.metadata()
        method = self._authentication(metadata)
        client = OidcClient(self.client_id, self.client_secret, token_endpoint_auth_method=method)
        try:
            async with client:
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=redirect_uri,
                )
        except (OAuthError, HTTPStatusError, ValueError, TypeError, RecursionError):
            token = {}
        id_token = token.get("id_token")
        if not isinstance(id_token, str):
            raise Unauthorized("The login provider does not know this login; begin again")
        claims = await self.verify(id_token, nonce=nonce)
        return await self._with_user_info(metadata, claims, token.get("access_token"))

    async def verify(self, id_token: str, *, nonce: str) -> Claims:
        """The claims of an ID token for this login. Raises Unauthorized."""
        try:
            claims = (await self._decoded(id_token)).claims
            several = isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY_S,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client_id},
                azp={"essential": several, "value": self.client_id},
                nonce={"essential": True, "value": nonce},
                sub={"essential": True},
                iat={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError):
            raise Unauthorized("What the login provider says is not valid; begin again") from None
        return claims

    async def _decoded(self, id_token: str) -> jwt.Token:
        try:
            return jwt.decode(id_token, await self._key_set(KEPT_S), registry=SIGNATURES)
        except InvalidKeyIdError:
            # The provider may sign with a new one.
            return jwt.decode(id_token, await self._key_set(RENEWED_AFTER_S), registry=SIGNATURES)

    async def _key_set(self, max_age_s: float) -> KeySet:
        if self._keys.is_older_than(max_age_s):
            status, found = await ask("GET", (await self.metadata())["jwks_uri"])
            if status != 200:
                raise LoginProviderUnavailable("The login provider does not tell its keys")
            self._keys.keep(found)
        return KeySet(_signing_keys(self._keys.found))

    async def _with_user_info(
        self, metadata: dict[str, Any], claims: Claims, access_token: object
    ) -> Claims:
        """With what the provider tells elsewhere than in the token; the token goes before."""
        endpoint = metadata.get("userinfo_endpoint")
        if not _is_address(endpoint) or not isinstance(access_token, str):
            return claims
        headers = {"Authorization": f"Bearer {access_token}"}
        status, told = await ask("GET", str(endpoint), headers=headers)
        # Of somebody else, it must not be used.
        return told | claims if status == 200 and told.get("sub") == claims["sub"] else claims

    def _authentication(self, metadata: dict[str, Any]) -> str:
        if not self.client_secret:
            return "none"
        supported = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        posts = "client_secret_basic" not in supported and "client_secret_post" in supported
        return "client_secret_post" if posts else "client_secret_basic"


def _signing_keys(found: dict[str, Any]) -> list[Key]:
    """One that cannot be read does not stand in the way of the others."""
    keys, listed = [], found.get("keys")
    for key in listed if isinstance(listed, list) else []:
        with suppress(JoseError, LookupError, TypeError, ValueError, AttributeError):
            if key.get("use", "sig") == "sig":
                # Some tell what they do with it themselves: sign.
                keys.append(import_key(key | {"key_ops": ["verify"]}))
    return keys


def _is_address(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))
