/**
 * What the page asks of the platform, and as whom: a client whose token is in this page's memory,
 * else whoever is logged in to the platform's own pages, else nobody.
 */

/** Where the platform is: before `/catalog`. */
export const ROOT = location.pathname.replace(/\/catalog\/?$/, '');

/** @typedef {{id: string, token: string, endsAt: number}} Client */

/** Never stored: who reloads the page gives the secret again. @type {Client | null} */
let client = null;
let mayHaveCookie = true;

export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @returns {Client | null} The client in use, as long as its token is good. */
export function currentClient() {
  return client !== null && Date.now() < client.endsAt ? client : null;
}

export function forgetClient() {
  client = null;
}

/** Use a client: its secret is sent for a token and not kept. @param {string} id @param {string} secret */
export async function useClient(id, secret) {
  const answer = await fetch(`${ROOT}/token/generate`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ client_id: id, client_secret: secret }),
    credentials: 'omit'
  });
  const told = await read(answer);
  client = { id, token: told.access_token, endsAt: Date.now() + told.expires_in * 1000 };
}

/** Something of the catalogue. @param {string} path @param {AbortSignal} [signal] */
export async function ask(path, signal) {
  const own = currentClient();
  if (own) {
    const headers = { Authorization: `Bearer ${own.token}` };
    return read(await fetch(`${ROOT}/catalog${path}`, { headers, credentials: 'omit', signal }));
  }
  if (mayHaveCookie) {
    const headers = { 'X-DBAPI-Page': '1' };
    // Over http the browser sends the cookie there and nowhere else.
    const answer = await fetch(`${ROOT}/api/v1/catalog${path}`, { headers, signal });
    if (answer.status !== 401) return read(answer);
    // The login has ended: what is public is shown all the same.
    mayHaveCookie = false;
  }
  return read(await fetch(`${ROOT}/catalog${path}`, { credentials: 'omit', signal }));
}

/** @param {Response} answer @returns {Promise<any>} */
async function read(answer) {
  let told;
  try {
    told = await answer.json();
  } catch {
    throw new Refused(answer.status, `The platform answered ${answer.status} without saying why`);
  }
  if (!answer.ok) throw new Refused(answer.status, told.message ?? `Status ${answer.status}`);
  return told;
}
