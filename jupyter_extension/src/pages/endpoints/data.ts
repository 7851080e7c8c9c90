import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { Action, EndpointAnswer, ResourceType } from '../../api/schema';

/** What may be done to one endpoint; a permission on its module counts too. */
export type MayHere = (action: Action, type?: ResourceType) => boolean;

export function useMayHere(endpoint: EndpointAnswer): MayHere {
  const may = useMay();
  const modules = useApi().query.useQuery('get', '/api/v1/modules', {});
  const module = modules.data?.items.find(one => one.name === endpoint.module)?.id;
  return (action, type = 'endpoint') => may(type, action, { id: endpoint.id, module });
}

const CHANGED = [
  '/api/v1/endpoints',
  '/api/v1/endpoints/{endpoint_id}',
  '/api/v1/endpoints/{endpoint_id}/draft',
  '/api/v1/endpoints/{endpoint_id}/versions',
  '/api/v1/endpoints/{endpoint_id}/diff',
  '/api/v1/endpoints/{endpoint_id}/plan',
  '/api/v1/endpoints/{endpoint_id}/tests',
  '/api/v1/overview',
  '/api/v1/activity'
];

/** Ask again for all that a change of an endpoint may have changed. */
export function useRefreshEndpoints(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(CHANGED.map(path => queries.invalidateQueries({ queryKey: ['get', path] })));
  }, [queries]);
}
