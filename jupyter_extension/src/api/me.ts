import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useApi } from './context';
import type { Action, MeAnswer, ResourceType } from './schema';

/** What the user is kept under, for whoever knows them already. */
export const ME = ['get', '/api/v1/users/me', {}] as const;

/** Who is logged in, and what they may do. */
export function useMe(): UseQueryResult<MeAnswer, unknown> {
  return useApi().query.useQuery('get', '/api/v1/users/me', {}, { staleTime: 60_000 });
}

/** One resource, and the module that it is in. */
export interface Target {
  id?: string;
  module?: string | undefined;
}

/** Whether this may be done to the one resource; without one, whether to any at all. */
export type May = (type: ResourceType, action: Action, target?: Target) => boolean;

// A grant on one module covers what is in it; who reads an endpoint reads what was asked of it.
const ALSO: Partial<Record<ResourceType, readonly ResourceType[]>> = {
  endpoint: ['module'],
  macro: ['module'],
  access_record: ['module', 'endpoint']
};

/** What the grants of a user allow: the platform's own rule, told again to hide what is refused. */
export function mayOf(me: MeAnswer | undefined): May {
  return (type, action, target) => {
    if (!me || me.is_superuser) return me !== undefined;
    return me.permissions.some(grant => {
      if (grant.action !== action) return false;
      const one = grant.resource_id;
      if (grant.resource_type === type) return !target || one === null || one === target.id;
      if (!ALSO[type]?.includes(grant.resource_type as ResourceType) || one === null) return false;
      return !target || one === (grant.resource_type === 'module' ? target.module : target.id);
    });
  };
}

/** What the user may do; nothing while that is not known. The platform decides in the end. */
export function useMay(): May {
  const me = useMe().data;
  return useMemo(() => mayOf(me), [me]);
}
