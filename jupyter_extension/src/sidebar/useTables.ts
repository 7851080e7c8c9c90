import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useApi } from '../api/context';
import type { PageTableAnswer, TableAnswer } from '../api/schema';
import type { Branch } from './branch';

const MINUTES = 60_000;

/** The tables of the datasources with these ids, with their columns. */
export function useTables(ids: readonly string[]): ReadonlyMap<string, Branch<TableAnswer>> {
  const { query } = useApi();
  const queries = ids.map(id => ({
    ...query.queryOptions('get', '/api/v1/datasources/{datasource_id}/tables', {
      params: { path: { datasource_id: id } }
    }),
    // The database is asked for each of its columns: not again at every look.
    staleTime: 10 * MINUTES
  }));
  const parts = useQueries({ queries, combine: partsOf });
  return useMemo(() => new Map(ids.map((id, index) => [id, parts[index] ?? {}])), [ids, parts]);
}

// Outside of the hook: the same function each time lets what did not change stay the same object.
function partsOf(results: UseQueryResult<PageTableAnswer, unknown>[]): Branch<TableAnswer>[] {
  return results.map(({ data, error }) => ({ items: data?.items, error }));
}
