import {
  type QueryClient,
  type UseQueryResult,
  useQueries,
  useQueryClient
} from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';

import type { Api } from '../api/client';
import { useApi } from '../api/context';
import type { PageEndpointAnswer, State } from '../api/schema';
import type { Branch } from './branch';
import type { EndpointFacts } from './nodes';

/** How many endpoints are asked for at a time. */
const PAGE = 250;

/** Which endpoints: those of a module, or those that a search finds. */
export interface EndpointFilter {
  key: string;
  module?: string;
  search?: string;
  state?: State;
}

interface Part {
  data: PageEndpointAnswer | undefined;
  error: unknown;
}

/** Several lists of endpoints, each as far down as it was scrolled. */
export function useEndpointLists(filters: readonly EndpointFilter[]): {
  lists: ReadonlyMap<string, Branch<EndpointFacts>>;
  more: (key: string) => void;
} {
  const api = useApi();
  const client = useQueryClient();
  const [wanted, setWanted] = useState<Readonly<Record<string, number>>>({});
  const asked = filters.flatMap(filter =>
    pagesOf(api, client, filter, wanted[nameOf(filter)] ?? 1)
  );
  const parts = useQueries({ queries: asked.map(page => page.options), combine: partsOf });
  const owners = asked.map(page => page.key).join('\n');
  const lists = useMemo(() => joined(owners, parts), [owners, parts]);
  const more = useCallback(
    (key: string) => {
      const filter = filters.find(one => one.key === key);
      const list = lists.get(key);
      if (!filter || !list?.hasMore || list.error) return;
      const pages = Math.ceil((list.items?.length ?? 0) / PAGE);
      setWanted(now => ({ ...now, [nameOf(filter)]: pages + 1 }));
    },
    [filters, lists]
  );
  return { lists, more };
}

const nameOf = (filter: EndpointFilter): string => JSON.stringify(filter);

/** Each page is asked for where the one before it ended, so only those are known that have come. */
function pagesOf(api: Api, client: QueryClient, filter: EndpointFilter, count: number) {
  const { key, ...query } = filter;
  const options = (cursor: string | null) =>
    api.query.queryOptions('get', '/api/v1/endpoints', {
      params: { query: { ...query, limit: PAGE, ...(cursor === null ? {} : { cursor }) } }
    });
  const pages = [{ key, options: options(null) }];
  while (pages.length < count) {
    const last = pages.at(-1)?.options.queryKey;
    const next = last && client.getQueryData<PageEndpointAnswer>(last)?.next;
    if (!next) break;
    pages.push({ key, options: options(next) });
  }
  return pages;
}

// Outside of the hook: the same function each time lets what did not change stay the same object.
function partsOf(results: UseQueryResult<PageEndpointAnswer, unknown>[]): Part[] {
  return results.map(({ data, error }) => ({ data, error }));
}

function joined(owners: string, parts: readonly Part[]): Map<string, Branch<EndpointFacts>> {
  const lists = new Map<string, Branch<EndpointFacts>>();
  owners.split('\n').forEach((key, index) => {
    const part = parts[index];
    if (!part) return;
    const { data, error } = part;
    const before = lists.get(key);
    const items = data && [...(before?.items ?? []), ...data.items.map(factsOf)];
    lists.set(key, {
      items: items ?? before?.items,
      error,
      total: data?.total ?? before?.total,
      hasMore: data ? data.next !== null : before !== undefined
    });
  });
  return lists;
}

// Not the parameters and the rest: rows are arguments of commands.
function factsOf(endpoint: EndpointFacts): EndpointFacts {
  const { id, method, path, module, name, state, url } = endpoint;
  return { id, method, path, module, name, state, url };
}
