import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { count } from '../../../components/small';

const DAYS = 30;

/** Who called the endpoint lately, for whoever is about to take it away. */
export function CalledBefore({ endpoint }: { endpoint: EndpointAnswer }): ReactElement | null {
  const isAllowed = useMay()('overview', 'read');
  const overview = useApi().query.useQuery(
    'get',
    '/api/v1/overview',
    { params: { query: { days: DAYS, endpoint_id: endpoint.id } } },
    { enabled: isAllowed }
  );
  if (!overview.data) return null;
  const { requests, top_clients: clients } = overview.data.traffic;
  if (requests === 0) return <p>Nobody called it in the last {DAYS} days.</p>;
  return (
    <>
      <p>
        It was called {count(requests)} times in the last {DAYS} days
        {clients.length > 0 ? ', by:' : ', without a client.'}
      </p>
      {clients.length > 0 && (
        <ul>
          {clients.map(client => (
            <li key={client.client_id}>
              {client.name ?? 'a client that is gone'} ({count(client.requests)})
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
