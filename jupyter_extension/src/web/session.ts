import { createApi, type Send } from '../api/client';

/** Requests of the pages carry the login's cookie, and the header that no other site can send. */
const send: Send = request => {
  const headers = new Headers(request.headers);
  headers.set('X-DBAPI-Page', '1');
  return fetch(new Request(request, { headers, credentials: 'same-origin' }));
};

export const api = createApi(send, '');
