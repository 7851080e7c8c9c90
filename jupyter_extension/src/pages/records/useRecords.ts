import { useMemo } from 'react';

import { useApi } from '../../api/context';
import type { NamedRecordAnswer } from '../../api/schema';
import type { RecordQuery } from './recordFilters';

const PAGE = 200;

export interface Records {
  rows: readonly NamedRecordAnswer[];
  total: number;
  isCapped: boolean;
  isLoading: boolean;
  isLoadingMore: boolean;
  error: unknown;
  retry: () => void;
  more: (() => void) | undefined;
}

/** The records of a filter, newest first; `more` asks for older ones. */
export function useRecords(query: RecordQuery): Records {
  const found = useApi().query.useInfiniteQuery(
    'get',
    '/api/v1/access-records',
    { params: { query: { ...query, limit: PAGE } } },
    {
      initialPageParam: null,
      getNextPageParam: page => page.next,
      // Asking again would ask for every page that was scrolled to; what is new, the tail brings.
      staleTime: Infinity,
      gcTime: 0
    }
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const rows = useMemo(() => data?.pages.flatMap(page => page.items) ?? [], [data]);
  const more = useMemo(
    () => (hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined),
    [hasNextPage, isFetchingNextPage, fetchNextPage]
  );
  const first = data?.pages[0];
  return {
    rows,
    total: first?.total ?? 0,
    isCapped: first?.total_is_capped ?? false,
    isLoading: found.isPending,
    isLoadingMore: isFetchingNextPage,
    error: found.error,
    retry: () => void found.refetch(),
    more
  };
}
