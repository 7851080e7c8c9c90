import type { Dbapi } from '../tokens';
import type { CellSettings } from './settings';

const MOST = 200;

/** Where the activity of an endpoint is kept. */
export function activityKey(id: string): readonly string[] {
  return ['cells', 'activity', id];
}

/** Asks for the activity of all endpoints whose badges are in sight, in one request. */
export class Feed {
  private readonly sight = new Map<string, number>();
  private timer = 0;
  private soon = 0;
  /** What was told before this moment may have changed. */
  private newsAt = 0;

  constructor(
    private readonly dbapi: Dbapi,
    private readonly settings: CellSettings
  ) {
    settings.changed.connect(() => this.wait());
    document.addEventListener('visibilitychange', () => this.refresh());
    dbapi.session.changed.connect(() => this.refresh());
    this.wait();
  }

  /** A badge of this endpoint is in sight; call what is returned when it no longer is. */
  watch(id: string): () => void {
    this.sight.set(id, (this.sight.get(id) ?? 0) + 1);
    const told = this.dbapi.queries.getQueryState(activityKey(id))?.dataUpdatedAt ?? 0;
    if (told <= this.newsAt) this.refresh();
    return () => {
      const left = (this.sight.get(id) ?? 1) - 1;
      if (left > 0) this.sight.set(id, left);
      else this.sight.delete(id);
    };
  }

  /** Endpoints have changed: ask about those in sight, and about others when they come into it. */
  news(): void {
    this.newsAt = Date.now();
    this.refresh();
  }

  /** Ask soon; several wishes at a time are one request. */
  refresh(): void {
    window.clearTimeout(this.soon);
    this.soon = window.setTimeout(() => void this.ask(), 50);
  }

  private wait(): void {
    window.clearInterval(this.timer);
    this.timer = window.setInterval(() => this.refresh(), this.settings.refreshSeconds * 1000);
  }

  private async ask(): Promise<void> {
    const ids = [...this.sight.keys()].slice(0, MOST);
    if (document.hidden || !ids.length || !this.dbapi.session.status?.user) return;
    const params = { query: { endpoint_id: ids } };
    const found = await this.dbapi.api.http
      .GET('/api/v1/activity', { params })
      // A badge says what was known; the next turn asks again.
      .catch(() => null);
    for (const one of found?.data?.items ?? [])
      this.dbapi.queries.setQueryData(activityKey(one.endpoint_id), one);
  }
}
