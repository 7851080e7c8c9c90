/** Where the catalogue tells consumers of an endpoint: on the platform that its URL is of. */
export function catalogueUrl(endpoint: { method: string; path: string; url: string }): string {
  const platform = endpoint.url.slice(0, -`/api/${endpoint.path}`.length);
  return `${platform}/catalog#${endpoint.method}/${endpoint.path}`;
}
