import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { ClientAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Links } from '../../../components/Links';
import { Route } from '../../../components/small';
import { useRefreshConsumers } from '../data';

interface Props {
  client: ClientAnswer;
  mayChange: boolean;
}

/** The endpoints that a client was given by itself. */
export function ClientEndpoints({ client, mayChange }: Props): ReactElement {
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/clients/{client_id}/endpoints/{endpoint_id}';
  const params = (id: string) => ({
    params: { path: { client_id: client.id, endpoint_id: id } }
  });
  return (
    <Links
      title="Endpoints of its own"
      type="endpoint"
      links={client.endpoints}
      nameOf={link => `${link.method} ${link.path}`}
      show={link => (
        <Link to={`/endpoints/${link.id}`}>
          <Route method={link.method} path={link.path} />
        </Link>
      )}
      none="It was given no endpoint by itself; its groups may give it some."
      mayAdd={mayChange}
      mayRemove={mayChange}
      taking={link => ({
        title: `Take ${link.method} ${link.path} from ${client.name}?`,
        text: `${client.name} may no longer call it, unless a group gives it or it is public. Calls are refused at once.`
      })}
      onAdd={id => http.PUT(path, params(id)).then(refresh)}
      onRemove={id => http.DELETE(path, params(id)).then(refresh)}
    />
  );
}

/** The groups that a client is in. */
export function ClientGroups({ client, mayChange }: Props): ReactElement {
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/clients/{client_id}/groups/{group_id}';
  const params = (id: string) => ({ params: { path: { client_id: client.id, group_id: id } } });
  return (
    <Links
      title="Groups"
      type="group"
      links={client.groups}
      nameOf={link => link.name}
      show={link => <Link to={`/clients/groups/${link.id}`}>{link.name}</Link>}
      none="It is in no group."
      mayAdd={mayChange}
      mayRemove={mayChange}
      taking={link => ({
        title: `Take ${client.name} out of ${link.name}?`,
        text: 'It may no longer call what only this group gives it. Calls are refused at once.'
      })}
      onAdd={id => http.PUT(path, params(id)).then(refresh)}
      onRemove={id => http.DELETE(path, params(id)).then(refresh)}
    />
  );
}
