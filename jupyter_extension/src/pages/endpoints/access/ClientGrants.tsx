import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer, ListedClientAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Tag } from '../../../components/small';
import { useRefreshConsumers } from '../../clients/data';
import { useClientsOf } from '../../parts/consumersOf';
import { PagedLinks } from '../../parts/PagedLinks';
import { losing } from './losing';

/** The clients that may call the endpoint: of their own, or by a group. */
export function ClientGrants(props: {
  endpoint: EndpointAnswer;
  mayGive: boolean;
  mayTake: boolean;
}): ReactElement {
  const { endpoint } = props;
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/clients/{client_id}/endpoints/{endpoint_id}';
  const params = (id: string) => ({
    params: { path: { client_id: id, endpoint_id: endpoint.id } }
  });
  return (
    <PagedLinks
      {...useClientsOf({ endpoint_id: endpoint.id })}
      title="Clients"
      many="clients"
      type="client"
      nameOf={client => client.name}
      show={client => <Client client={client} />}
      none="No client has it yet."
      mayAdd={props.mayGive}
      mayRemove={props.mayTake}
      isOwn={client => client.granted?.directly === true}
      taking={client => ({
        title: `Take ${endpoint.method} ${endpoint.path} from ${client.name}?`,
        text: losing(client.name, endpoint)
      })}
      onAdd={id => http.PUT(path, params(id)).then(refresh)}
      onRemove={id => http.DELETE(path, params(id)).then(refresh)}
    />
  );
}

function Client({ client }: { client: ListedClientAnswer }): ReactElement {
  const groups = client.granted?.groups ?? [];
  return (
    <>
      <Link to={`/clients/${client.id}`}>{client.name}</Link>{' '}
      {!client.is_active && <Tag tone="attention">inactive</Tag>}
      {groups.length > 0 && (
        <span className="dbapi-Muted">
          {client.granted?.directly ? 'also by ' : 'by '}
          {groups.length === 1 ? 'the group ' : 'the groups '}
          {groups.map((group, index) => (
            <span key={group.id}>
              {index > 0 && ', '}
              <Link to={`/clients/groups/${group.id}`}>{group.name}</Link>
            </span>
          ))}
        </span>
      )}
    </>
  );
}
