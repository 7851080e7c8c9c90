import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { Field } from '../../../components/Form';
import type { As } from './useTry';

/** Which definition is run, and as which client it is seen. */
export function RunAs(props: {
  endpoint: EndpointAnswer;
  as: As;
  onChange: (as: As) => void;
}): ReactElement {
  const { endpoint, as, onChange } = props;
  const { query } = useApi();
  const mayClients = useMay()('client', 'read');
  const hasVersions = endpoint.latest_version !== null;
  const versions = query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}/versions',
    { params: { path: { endpoint_id: endpoint.id } } },
    { enabled: hasVersions }
  );
  const clients = query.useQuery(
    'get',
    '/api/v1/clients',
    { params: { query: { limit: 1000 } } },
    { enabled: mayClients }
  );
  return (
    <>
      {hasVersions && (
        <Field label="Run">
          <select
            value={as.version}
            onChange={event => onChange({ ...as, version: event.target.value })}
          >
            <option value="draft">the draft</option>
            {endpoint.live_version !== null && (
              <option value="live">what is live (version {endpoint.live_version})</option>
            )}
            {versions.data?.items.map(version => (
              <option key={version.number} value={version.number}>
                version {version.number}
              </option>
            ))}
          </select>
        </Field>
      )}
      {mayClients && (
        <Field label="Seen as">
          <select
            value={as.clientId}
            onChange={event => onChange({ ...as, clientId: event.target.value })}
          >
            <option value="">nobody: no client</option>
            {clients.data?.items.map(client => (
              <option key={client.id} value={client.id}>
                {client.name}
              </option>
            ))}
          </select>
        </Field>
      )}
    </>
  );
}
