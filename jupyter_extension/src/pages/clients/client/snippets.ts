// The secret comes from the environment, so that no history and no script holds it.

/** How a program gets a token; `gateway` is the address that endpoints are called under. */
export function tokenText(gateway: string, clientId: string): string {
  const base = gateway.replace(/\/api\/?$/, '');
  return [
    `curl -X POST ${base}/token/generate \\`,
    `  -d 'client_id=${clientId}' \\`,
    '  --data-urlencode "client_secret=$CLIENT_SECRET"'
  ].join('\n');
}

/** How a program calls an endpoint with the token of that answer. */
export function callText(gateway: string, path = 'PATH'): string {
  return `curl -H "Authorization: Bearer $TOKEN" '${gateway.replace(/\/$/, '')}/${path}'`;
}
