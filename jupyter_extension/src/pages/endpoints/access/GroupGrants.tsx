import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { count, Tag } from '../../../components/small';
import { useRefreshConsumers } from '../../clients/data';
import { useGroupsOf } from '../../parts/consumersOf';
import { PagedLinks } from '../../parts/PagedLinks';
import { losing } from './losing';

/** The groups that hold the endpoint: what they hold, all of their clients may call. */
export function GroupGrants(props: {
  endpoint: EndpointAnswer;
  mayGive: boolean;
  mayTake: boolean;
}): ReactElement {
  const { endpoint } = props;
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/groups/{group_id}/endpoints/{endpoint_id}';
  const params = (id: string) => ({ params: { path: { group_id: id, endpoint_id: endpoint.id } } });
  return (
    <PagedLinks
      {...useGroupsOf(endpoint.id)}
      title="Groups"
      many="groups"
      type="group"
      nameOf={group => group.name}
      show={group => (
        <>
          <Link to={`/clients/groups/${group.id}`}>{group.name}</Link>{' '}
          {!group.is_active && <Tag tone="attention">inactive</Tag>}
          <span className="dbapi-Muted">
            {' '}
            {count(group.clients)} {group.clients === 1 ? 'client' : 'clients'}
          </span>
        </>
      )}
      none="It is in no group yet."
      mayAdd={props.mayGive}
      mayRemove={props.mayTake}
      taking={group => ({
        title: `Take ${endpoint.method} ${endpoint.path} out of ${group.name}?`,
        text: losing(`The clients of ${group.name}`, endpoint)
      })}
      onAdd={id => http.PUT(path, params(id)).then(refresh)}
      onRemove={id => http.DELETE(path, params(id)).then(refresh)}
    />
  );
}
