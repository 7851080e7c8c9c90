import { type ISignal, Signal } from '@lumino/signaling';

import { type ApiError, asApiError } from '../api/errors';
import type { Credentials, Server, Status } from './server';

/** What is known of the connection: what was answered last, and why the last question failed. */
export interface Connection {
  readonly status: Status | null;
  readonly failure: ApiError | null;
}

/** Who is logged in to which platform, told to all that show it. */
export class Session {
  private known: Connection = { status: null, failure: null };
  private asked: Promise<Status | null> | null = null;
  private readonly change = new Signal<this, Status>(this);
  private readonly told = new Signal<this, Connection>(this);

  constructor(readonly server: Server) {}

  /** What was said last; null before the first answer. */
  get status(): Status | null {
    return this.known.status;
  }

  /** The status, and why the server part did not answer; the same object until one changes. */
  get connection(): Connection {
    return this.known;
  }

  /** The server part has answered. */
  get changed(): ISignal<this, Status> {
    return this.change;
  }

  /** The server part has answered, or failed to. */
  get connectionChanged(): ISignal<this, Connection> {
    return this.told;
  }

  /** Ask unless that was done before: nothing is asked while JupyterLab starts. Never throws. */
  async begin(): Promise<Status | null> {
    this.asked ??= this.refresh().catch(() => null);
    return this.asked;
  }

  /** Ask anew. Throws ApiError, which `connection` tells too. */
  async refresh(): Promise<Status> {
    try {
      return this.keep(await this.server.status());
    } catch (reason) {
      const failure = asApiError(reason);
      this.tell({ status: this.known.status, failure });
      throw failure;
    }
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
    this.tell({ status, failure: null });
    this.change.emit(status);
    return status;
  }

  private tell(connection: Connection): void {
    this.known = connection;
    this.told.emit(connection);
  }
}
