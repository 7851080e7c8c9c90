import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import createQueryClient, { type OpenapiQueryClient } from 'openapi-react-query';

import { ApiError, errorOf } from './errors';
import type { paths } from './schema';

/** Sends a request to the platform, with whatever proves who asks. */
export type Send = (request: Request) => Promise<Response>;

/** What pages ask the platform with: `http` for single requests, `query` for React. */
export interface Api {
  readonly http: Client<paths>;
  readonly query: OpenapiQueryClient<paths>;
  /** The address of a path of the API, for downloads. */
  readonly url: (path: string) => string;
  /** The entity tag that was last seen at a path, to send with a change as `If-Match`. */
  readonly etag: (path: string) => string | undefined;
}

/** `base` stands before `/api/v1/…`: empty, or the forwarding server's address. */
export function createApi(send: Send, base: string): Api {
  const etags = new Map<string, string>();
  const url = (path: string): string => base + path;
  const http = createFetchClient<paths>({
    // Requests need an absolute address outside of browsers' own fetch.
    baseUrl: new URL(base || '/', window.location.href).href.replace(/\/$/, ''),
    fetch: send
  });
  http.use(outcomes(etags));
  return {
    http,
    query: createQueryClient(http),
    url,
    etag: path => etags.get(new URL(url(path), window.location.href).pathname)
  };
}

/** Refusals are thrown, so that every caller meets them in one way; entity tags are kept. */
function outcomes(etags: Map<string, string>): Middleware {
  return {
    async onResponse({ request, response }) {
      if (!response.ok && response.status !== 304) throw await errorOf(response);
      const etag = response.headers.get('ETag');
      if (etag) etags.set(new URL(request.url).pathname, etag);
      return undefined;
    },
    onError({ error }) {
      if (error instanceof ApiError || (error instanceof Error && error.name === 'AbortError'))
        return undefined;
      const reason = error instanceof Error ? error.message : String(error);
      return new ApiError(0, 'unreachable', `The platform does not answer: ${reason}`);
    }
  };
}
