import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

const CHANGED = [
  '/api/v1/clients',
  '/api/v1/clients/{client_id}',
  '/api/v1/groups',
  '/api/v1/groups/{group_id}'
];

/** Ask again for all that a change of a client or a group may have changed. */
export function useRefreshConsumers(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(CHANGED.map(path => queries.invalidateQueries({ queryKey: ['get', path] })));
    await queries.invalidateQueries({ queryKey: ['found'] });
  }, [queries]);
}
