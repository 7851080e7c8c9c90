import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { Api } from '../../../api/client';
import { useApi } from '../../../api/context';
import type { ClientAnswer, GroupAnswer } from '../../../api/schema';

const PAGE = 1000;

/** All clients: only they tell which endpoints they were granted. */
export function useAllClients(isAllowed: boolean): UseQueryResult<ClientAnswer[], unknown> {
  const api = useApi();
  return useQuery({
    // Beginning like those of single pages, so that what changes them changes this too.
    queryKey: ['get', '/api/v1/clients', 'all'],
    queryFn: () => all(cursor => clientsAt(api, cursor)),
    enabled: isAllowed
  });
}

/** All groups, for the same reason. */
export function useAllGroups(isAllowed: boolean): UseQueryResult<GroupAnswer[], unknown> {
  const api = useApi();
  return useQuery({
    queryKey: ['get', '/api/v1/groups', 'all'],
    queryFn: () => all(cursor => groupsAt(api, cursor)),
    enabled: isAllowed
  });
}

type PageOf<T> = { items: T[]; next?: string | null } | undefined;

async function all<T>(at: (cursor: string | undefined) => Promise<PageOf<T>>): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await at(cursor);
    found.push(...(page?.items ?? []));
    cursor = page?.next ?? undefined;
  } while (cursor);
  return found;
}

async function clientsAt({ http }: Api, cursor?: string): Promise<PageOf<ClientAnswer>> {
  const query = { limit: PAGE, cursor };
  return (await http.GET('/api/v1/clients', { params: { query } })).data;
}

async function groupsAt({ http }: Api, cursor?: string): Promise<PageOf<GroupAnswer>> {
  const query = { limit: PAGE, cursor };
  return (await http.GET('/api/v1/groups', { params: { query } })).data;
}
