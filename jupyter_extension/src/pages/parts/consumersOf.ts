import { useState } from 'react';

import { useApi } from '../../api/context';
import type { GroupAnswer, ListedClientAnswer } from '../../api/schema';
import { BY_CURSOR, type Rows, useRows } from '../../components/Rows';

const PAGE = 50;

/** Some of a list, and what it is searched for. */
export interface Narrowed<T> {
  list: Rows<T>;
  search: string;
  onSearch: (text: string) => void;
}

/** The clients that were given an endpoint, or that are in a group. */
export function useClientsOf(
  of: { endpoint_id: string } | { group_id: string },
  isWanted = true
): Narrowed<ListedClientAnswer> {
  const [search, onSearch] = useState('');
  const query = { ...of, limit: PAGE, search: search || null };
  const found = useApi().query.useInfiniteQuery(
    'get',
    '/api/v1/clients',
    { params: { query } },
    { ...BY_CURSOR, enabled: isWanted }
  );
  return { list: useRows(found), search, onSearch };
}

/** The groups that hold an endpoint. */
export function useGroupsOf(endpointId: string): Narrowed<GroupAnswer> {
  const [search, onSearch] = useState('');
  const query = { endpoint_id: endpointId, limit: PAGE, search: search || null };
  const found = useApi().query.useInfiniteQuery(
    'get',
    '/api/v1/groups',
    { params: { query } },
    BY_CURSOR
  );
  return { list: useRows(found), search, onSearch };
}
