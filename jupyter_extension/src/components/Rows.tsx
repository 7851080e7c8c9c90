import { type ReactElement, type ReactNode, useCallback, useMemo } from 'react';

import { Button } from './Button';
import { count } from './small';
import { Empty, Failed, Loading } from './states';

/** A list that the platform tells a page after the other. */
export interface Rows<T> {
  rows: readonly T[];
  total: number | undefined;
  isPending: boolean;
  error: unknown;
  retry: () => void;
  loadMore: () => void;
  hasMore: boolean;
  isLoadingMore: boolean;
}

interface PagesQuery<T> {
  data: { pages: { items: T[]; total?: number | null }[] } | undefined;
  isPending: boolean;
  isFetching: boolean;
  isFetchingNextPage: boolean;
  hasNextPage: boolean;
  error: unknown;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

/** How an infinite query goes from page to page; what is shown stays while another is asked for. */
export const BY_CURSOR = {
  pageParamName: 'cursor',
  // The library takes undefined for page 0, which is no cursor.
  initialPageParam: null,
  getNextPageParam: (page: { next?: string | null }): string | null => page.next ?? null,
  placeholderData: <T,>(before: T): T => before
} as const;

/** The rows of all pages that came so far. */
export function useRows<T>(query: PagesQuery<T>): Rows<T> {
  const { data, isPending, error, isFetching, hasNextPage, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(page => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const total = data?.pages[0]?.total ?? undefined;
  return {
    rows,
    total,
    isPending,
    error,
    retry: () => void refetch(),
    loadMore,
    hasMore: hasNextPage,
    isLoadingMore: query.isFetchingNextPage
  };
}

/** A list with what there is to say when it is loading, failed, empty or narrowed too much. */
export function Listed<T>(props: {
  list: Rows<T>;
  /** What they are called, one and many of them. */
  names: readonly [one: string, many: string];
  isNarrowed: boolean;
  onClear: () => void;
  /** What is said while there is none at all. */
  first: ReactNode;
  children: (rows: readonly T[]) => ReactNode;
}): ReactElement {
  const { list, names } = props;
  const [one, many] = names;
  if (list.isPending) return <Loading what={many} />;
  if (list.error && list.rows.length === 0) return <Failed error={list.error} retry={list.retry} />;
  if (list.rows.length === 0 && !props.isNarrowed) return <>{props.first}</>;
  if (list.rows.length === 0) {
    return (
      <Empty icon="search" title={`No ${one} fits`}>
        <Button onClick={props.onClear}>Clear the search</Button>
      </Empty>
    );
  }
  const total = list.total ?? list.rows.length;
  return (
    <>
      {props.children(list.rows)}
      <p className="dbapi-Muted" role="status">
        {count(total)} {total === 1 ? one : many}
      </p>
    </>
  );
}
