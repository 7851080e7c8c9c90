import { useCallback, useMemo } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';

const PAGE = 200;
const STATES = ['draft', 'live', 'edited', 'unpublished'] as const;
const ACCESSES = ['public', 'private'] as const;
const SORTS = ['path', '-path', '-updated_at', 'updated_at'] as const;

/** What a list of endpoints can be narrowed by, by its name in the location. */
export const FILTERS = ['search', 'module', 'state', 'access', 'method', 'datasource'] as const;

function oneOf<T extends string>(known: readonly T[], value: string | null): T | undefined {
  return known.find(one => one === value);
}

export interface Endpoints {
  rows: EndpointAnswer[];
  total: number | undefined;
  query: {
    isPending: boolean;
    isError: boolean;
    isFetching: boolean;
    error: unknown;
    refetch: () => unknown;
  };
  loadMore: () => void;
}

/** The endpoints that a location's filters ask for, a page after the other. */
export function useEndpoints(filters: URLSearchParams): Endpoints {
  const wanted = {
    limit: PAGE,
    search: filters.get('search') ?? undefined,
    module: filters.get('module') ?? undefined,
    datasource: filters.get('datasource') ?? undefined,
    method: filters.get('method') ?? undefined,
    state: oneOf(STATES, filters.get('state')),
    access: oneOf(ACCESSES, filters.get('access')),
    sort: oneOf(SORTS, filters.get('sort')) ?? 'path'
  };
  const query = useApi().query.useInfiniteQuery(
    'get',
    '/api/v1/endpoints',
    { params: { query: wanted } },
    {
      pageParamName: 'cursor',
      initialPageParam: null,
      getNextPageParam: page => page.next ?? undefined,
      placeholderData: before => before
    }
  );
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap(page => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  // Pages behind a cursor need not count again.
  const total = data?.pages[0]?.total;
  return { rows, total, query, loadMore };
}
