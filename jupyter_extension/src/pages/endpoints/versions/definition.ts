import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import type { Api } from '../../../api/client';
import { useApi } from '../../../api/context';
import { textBefore } from '../../../api/patch';
import type { DefinitionAnswer, DiffAnswer } from '../../../api/schema';

/** `draft`, `live` or a version's number. */
export type Side = string;

/** The definition of a version: the platform tells how the draft differs from it. */
export async function definitionOf(
  { http }: Api,
  endpointId: string,
  side: Side
): Promise<DefinitionAnswer> {
  const path = { endpoint_id: endpointId };
  const [draft, diff] = await Promise.all([
    http.GET('/api/v1/endpoints/{endpoint_id}/draft', { params: { path } }),
    http.GET('/api/v1/endpoints/{endpoint_id}/diff', {
      params: { path, query: { from: side, to: 'draft' } }
    })
  ]);
  if (!draft.data || !diff.data) throw new Error('an answer was empty');
  const datasources = new Map<unknown, string>();
  if (diff.data.fields.some(change => change.field === 'datasource_id')) {
    const found = await http.GET('/api/v1/datasources');
    for (const one of found.data?.items ?? []) datasources.set(one.id, one.name);
  }
  return undone(draft.data, diff.data, datasources);
}

/** A definition as it was before what a diff tells. */
export function undone(
  after: DefinitionAnswer,
  diff: DiffAnswer,
  datasources: ReadonlyMap<unknown, string>
): DefinitionAnswer {
  const content = textBefore(after.content, diff.content);
  if (content === null) throw new Error('the draft was changed meanwhile; look again');
  const params = { ...after.params };
  const fields: Record<string, unknown> = {};
  for (const { field, from } of diff.fields) {
    const [kind, ...rest] = field.split('.');
    const name = rest.join('.');
    if (kind === 'params' && isRecord(from)) params[name] = from;
    else if (kind === 'params') Reflect.deleteProperty(params, name);
    else if (field === 'datasource_id') fields['datasource'] = datasources.get(from) ?? from;
    else if (kind !== 'macros') fields[field] = from;
  }
  return { ...after, ...fields, content, params };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** The definition of one side of a comparison, while it is wanted. */
export function useDefinition(
  endpointId: string,
  side: Side
): UseQueryResult<DefinitionAnswer, unknown> {
  const api = useApi();
  return useQuery({
    // With the diffs, so that what changes them changes this too.
    queryKey: ['get', '/api/v1/endpoints/{endpoint_id}/diff', 'definition', endpointId, side],
    queryFn: () => definitionOf(api, endpointId, side)
  });
}
