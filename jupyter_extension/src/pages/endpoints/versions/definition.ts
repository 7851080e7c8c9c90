import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { Api } from '../../../api/client';
import { useApi } from '../../../api/context';
import type { DefinitionAnswer, EndpointAnswer } from '../../../api/schema';

/** `draft`, `live` or a version's number. */
export type Side = string;

/** All that the draft, or a version, holds. */
export async function definitionOf(
  { http }: Api,
  endpoint: EndpointAnswer,
  side: Side
): Promise<DefinitionAnswer> {
  const path = { endpoint_id: endpoint.id };
  if (side === 'draft') {
    const { data } = await http.GET('/api/v1/endpoints/{endpoint_id}/draft', { params: { path } });
    if (data) return data;
  }
  const number = side === 'live' ? Number(endpoint.live_version) : Number(side);
  const { data } = await http.GET('/api/v1/endpoints/{endpoint_id}/versions/{number}', {
    params: { path: { ...path, number } }
  });
  if (!data) throw new Error('the answer was empty');
  return data.definition;
}

/** The definition of one side of a comparison. */
export function useDefinition(
  endpoint: EndpointAnswer,
  side: Side
): UseQueryResult<DefinitionAnswer, unknown> {
  const api = useApi();
  return useQuery({
    // With the diffs, so that what changes them changes this too.
    queryKey: ['get', '/api/v1/endpoints/{endpoint_id}/diff', 'definition', endpoint.id, side],
    queryFn: () => definitionOf(api, endpoint, side)
  });
}
