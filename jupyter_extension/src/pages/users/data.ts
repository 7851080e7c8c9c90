import { useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { PageRoleAnswer } from '../../api/schema';

const CHANGED = [
  '/api/v1/users',
  '/api/v1/users/{user_id}',
  '/api/v1/users/me',
  '/api/v1/roles',
  '/api/v1/roles/{role_id}'
];

/** Ask again for all that a change of a user or a role may have changed. */
export function useRefreshPeople(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(CHANGED.map(path => queries.invalidateQueries({ queryKey: ['get', path] })));
  }, [queries]);
}

/** All roles, for who may see them. */
export function useRoles(): UseQueryResult<PageRoleAnswer, unknown> {
  const enabled = useMay()('role', 'read');
  return useApi().query.useQuery('get', '/api/v1/roles', {}, { enabled });
}
