import { type ISignal, Signal } from '@lumino/signaling';

import type { Credentials, Server, Status } from './server';

/** Who is logged in to which platform, told to all that show it. */
export class Session {
  private known: Status | null = null;
  private readonly change = new Signal<this, Status>(this);

  constructor(readonly server: Server) {}

  /** What was said last; null before the first answer. */
  get status(): Status | null {
    return this.known;
  }

  get changed(): ISignal<this, Status> {
    return this.change;
  }

  /** Ask anew. */
  async refresh(): Promise<Status> {
    return this.keep(await this.server.status());
  }

  /** Throws ApiError. */
  async logIn(credentials: Credentials): Promise<Status> {
    return this.keep(await this.server.logIn(credentials));
  }

  /** Throws ApiError. */
  async logOut(): Promise<Status> {
    return this.keep(await this.server.logOut());
  }

  private keep(status: Status): Status {
    this.known = status;
    this.change.emit(status);
    return status;
  }
}
