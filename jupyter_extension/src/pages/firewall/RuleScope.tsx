import { type ReactElement, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { Option } from '../../components/Picker';
import { ResourceField } from '../../components/ResourcePicker';
import { RULE_LABELS, type RuleValues } from './values';

/** Whom and what a rule is for: one client or all, one endpoint or all. */
export function RuleScope({ form }: { form: UseFormReturn<RuleValues> }): ReactElement {
  const may = useMay();
  const [client, setClient] = useState<Option | null>(null);
  const [endpoint, setEndpoint] = useState<Option | null>(null);
  const { errors } = form.formState;
  const clientId = form.watch('client_id');
  const endpointId = form.watch('endpoint_id');
  const names = useNames(clientId, endpointId);
  return (
    <div className="dbapi-Columns">
      {may('client', 'read') && (
        <ResourceField
          type="client"
          label={RULE_LABELS.client_id}
          all="All clients"
          value={shown(clientId, client, names.client)}
          onChange={value => {
            setClient(value);
            form.setValue('client_id', value?.id ?? null);
          }}
          error={errors.client_id?.message}
        />
      )}
      {may('endpoint', 'read') && (
        <ResourceField
          type="endpoint"
          label={RULE_LABELS.endpoint_id}
          all="All endpoints"
          value={shown(endpointId, endpoint, names.endpoint)}
          onChange={value => {
            setEndpoint(value);
            form.setValue('endpoint_id', value?.id ?? null);
          }}
          error={errors.endpoint_id?.message}
        />
      )}
    </div>
  );
}

function shown(id: string | null, chosen: Option | null, name: string | undefined): Option | null {
  if (id === null) return null;
  return chosen?.id === id ? chosen : { id, name: name ?? id };
}

// What a rule is for is told by id alone.
function useNames(
  client: string | null,
  endpoint: string | null
): { client: string | undefined; endpoint: string | undefined } {
  const { query } = useApi();
  const one = query.useQuery(
    'get',
    '/api/v1/clients/{client_id}',
    { params: { path: { client_id: client ?? '' } } },
    { enabled: client !== null }
  ).data;
  const other = query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}',
    { params: { path: { endpoint_id: endpoint ?? '' } } },
    { enabled: endpoint !== null }
  ).data;
  return { client: one?.name, endpoint: other && `${other.method} ${other.path}` };
}
