import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { ClientAnswer, EndpointAnswer, GroupAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Tag } from '../../../components/small';
import { Grants } from './Grants';

/** The clients that may call the endpoint: of their own, or by a group. */
export function ClientGrants(props: {
  endpoint: EndpointAnswer;
  clients: readonly ClientAnswer[];
  groups: readonly GroupAnswer[];
  mayGive: boolean;
  mayTake: boolean;
}): ReactElement {
  const { endpoint, clients } = props;
  const { http } = useApi();
  const queries = useQueryClient();
  const has = (list: readonly { id: string }[]): boolean =>
    list.some(one => one.id === endpoint.id);
  const holding = new Map(
    props.groups.filter(group => group.is_active && has(group.endpoints)).map(one => [one.id, one])
  );
  const byGroup = clients.filter(
    client => !has(client.endpoints) && client.groups.some(group => holding.has(group.id))
  );
  const path = (id: string) => ({
    params: { path: { client_id: id, endpoint_id: endpoint.id } }
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/clients'] });
  return (
    <Grants
      title="Clients"
      noun="client"
      endpoint={endpoint}
      all={clients}
      granted={clients.filter(client => has(client.endpoints))}
      mayGive={props.mayGive}
      mayTake={props.mayTake}
      onGive={async id => {
        await http.PUT('/api/v1/clients/{client_id}/endpoints/{endpoint_id}', path(id));
        await refresh();
      }}
      onTake={async id => {
        await http.DELETE('/api/v1/clients/{client_id}/endpoints/{endpoint_id}', path(id));
        await refresh();
      }}
      about={client => (
        <>
          <Link to={`/clients/${client.id}`}>{client.name}</Link>{' '}
          {!client.is_active && <Tag tone="attention">inactive</Tag>}
        </>
      )}
    >
      {byGroup.map(client => (
        <li key={client.id}>
          <Link to={`/clients/${client.id}`}>{client.name}</Link>
          <span className="dbapi-Muted">
            by the group{' '}
            {client.groups
              .filter(group => holding.has(group.id))
              .map(group => group.name)
              .join(', ')}
          </span>
        </li>
      ))}
    </Grants>
  );
}
