import type { UseQueryResult } from '@tanstack/react-query';

import { useApi } from '../../../api/context';
import type { ClientAnswer, PageClientAnswer } from '../../../api/schema';

// The most that the platform tells at once; it keeps no list of a group's clients.
const MOST = 1000;

/** The clients, to find those of a group among them. */
export function useClients(isWanted = true): UseQueryResult<PageClientAnswer, unknown> {
  const params = { params: { query: { limit: MOST } } };
  return useApi().query.useQuery('get', '/api/v1/clients', params, { enabled: isWanted });
}

/** Those of the clients that are in the group. */
export function membersOf(page: PageClientAnswer, groupId: string): ClientAnswer[] {
  return page.items.filter(client => client.groups.some(group => group.id === groupId));
}
