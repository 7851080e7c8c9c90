import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { type Api, createApi } from '../api/client';
import { errorOf } from '../api/errors';
import type { MeAnswer } from '../api/schema';

/** What the server part says of itself and of the platform behind it. */
export interface Status {
  extension_version: string;
  url: string;
  reachable: boolean;
  platform_version: string | null;
  compatible: boolean;
  message: string | null;
  user: MeAnswer | null;
  login_methods: readonly LoginMethod[];
}

export type LoginMethod = 'password' | 'token' | 'jupyterhub';

export type Credentials =
  | { url?: string; username: string; password: string }
  | { url?: string; token: string }
  | { url?: string; method: 'jupyterhub' };

/** The server part of the extension: it holds the token, and forwards to the platform. */
export class Server {
  readonly api: Api;

  constructor(private readonly settings = ServerConnection.makeSettings()) {
    const api = createApi(request => this.send(request), this.address('platform'));
    this.api = { ...api, url: path => this.forwarded(api.url(path)) };
  }

  /** The platform and the user; answers also when neither is there. */
  async status(): Promise<Status> {
    return this.ask('status', 'GET');
  }

  /** Exchange credentials for a token that stays on the server. Throws ApiError. */
  async logIn(credentials: Credentials): Promise<Status> {
    return this.ask('login', 'POST', credentials);
  }

  /** End the token. Throws ApiError. */
  async logOut(): Promise<Status> {
    return this.ask('logout', 'POST');
  }

  private address(...parts: string[]): string {
    return URLExt.join(this.settings.baseUrl, 'dbapi', ...parts);
  }

  private async ask(what: string, method: string, body?: unknown): Promise<Status> {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await ServerConnection.makeRequest(this.address(what), init, this.settings);
    if (!response.ok) throw await errorOf(response);
    return (await response.json()) as Status;
  }

  // The server part puts `/api/v1` before what follows `dbapi/platform`.
  private forwarded(url: string): string {
    return url.replace('/dbapi/platform/api/v1/', '/dbapi/platform/');
  }

  // JupyterLab's own way to its server, which adds what proves the user to it.
  private async send(request: Request): Promise<Response> {
    const { method, signal } = request;
    const body = method === 'GET' || method === 'HEAD' ? undefined : await request.text();
    const headers = Object.fromEntries(request.headers);
    const init = { method, headers, signal, ...(body ? { body } : {}) };
    return ServerConnection.makeRequest(this.forwarded(request.url), init, this.settings);
  }
}
