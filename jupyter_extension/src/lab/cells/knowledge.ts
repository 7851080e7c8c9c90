import type { QueryExecuteOptions, QueryKey } from '@tanstack/react-query';

import type { DatasourceAnswer, EndpointAnswer } from '../../api/schema';
import type { Known } from '../../cell/completion/offer';
import type { Defaults } from '../../cell/parse';
import type { Dbapi } from '../tokens';

const SECOND = 1000;
const QUIET_MS = 5 * SECOND;

/** What is known of the platform now; asking never waits, and what is old is fetched for the next. */
export class Knowledge {
  private readonly asked = new Map<string, number>();

  constructor(private readonly dbapi: Dbapi) {
    dbapi.session.changed.connect(() => this.asked.clear());
  }

  get isConnected(): boolean {
    return Boolean(this.dbapi.session.status?.user);
  }

  get datasources(): readonly DatasourceAnswer[] {
    const { query } = this.dbapi.api;
    return this.now(query.queryOptions('get', '/api/v1/datasources'), 60)?.items ?? [];
  }

  get endpoints(): readonly EndpointAnswer[] {
    const { query } = this.dbapi.api;
    const params = { query: { limit: 200 } };
    return this.now(query.queryOptions('get', '/api/v1/endpoints', { params }), 20)?.items ?? [];
  }

  /** What a cell's first line and header are completed and coloured by. */
  known(chosen: Defaults): Known {
    const { query } = this.dbapi.api;
    const modules = this.now(query.queryOptions('get', '/api/v1/modules'), 60)?.items ?? [];
    const macros = this.now(query.queryOptions('get', '/api/v1/macros'), 20)?.items ?? [];
    return {
      vocabulary: this.now(query.queryOptions('get', '/api/v1/vocabulary'), 3600) ?? null,
      tables: this.tables(chosen.datasource),
      datasources: this.datasources,
      endpoints: this.endpoints.map(endpoint => ({
        ...endpoint,
        params: endpoint.params as unknown as Known['endpoints'][number]['params']
      })),
      modules,
      macros
    };
  }

  /** One by name; without it, the only one there is. */
  datasource(name: string | undefined): DatasourceAnswer | undefined {
    const found = this.datasources;
    if (name === undefined) return found.length === 1 ? found[0] : undefined;
    return found.find(datasource => datasource.name === name);
  }

  private tables(name: string | undefined): Known['tables'] {
    const datasource = this.datasource(name);
    if (!datasource) return [];
    const path = '/api/v1/datasources/{datasource_id}/tables';
    const params = { path: { datasource_id: datasource.id } };
    const { query } = this.dbapi.api;
    return this.now(query.queryOptions('get', path, { params }), 60)?.items ?? [];
  }

  private now<Fetched, Failure, Read, Kept, Keys extends QueryKey>(
    options: QueryExecuteOptions<Fetched, Failure, Read, Kept, Keys>,
    seconds: number
  ): Kept | undefined {
    if (!this.isConnected) return undefined;
    const { queries } = this.dbapi;
    const key = JSON.stringify(options.queryKey);
    // Neither at every key that is typed, nor again and again where nobody answers.
    if (Date.now() - (this.asked.get(key) ?? 0) > QUIET_MS) {
      this.asked.set(key, Date.now());
      queries.query({ ...options, staleTime: seconds * SECOND }).catch(() => undefined);
    }
    return queries.getQueryData(options.queryKey);
  }
}
