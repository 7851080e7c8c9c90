import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { ClientAnswer, EndpointAnswer, GroupAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Tag } from '../../../components/small';
import { Grants } from './Grants';

/** The groups that hold the endpoint: what they hold, all of their clients may call. */
export function GroupGrants(props: {
  endpoint: EndpointAnswer;
  groups: readonly GroupAnswer[];
  clients: readonly ClientAnswer[];
  mayGive: boolean;
  mayTake: boolean;
}): ReactElement {
  const { endpoint, groups, clients } = props;
  const { http } = useApi();
  const queries = useQueryClient();
  const path = (id: string) => ({ params: { path: { group_id: id, endpoint_id: endpoint.id } } });
  const refresh = async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: ['get', '/api/v1/groups'] });
  };
  const membersOf = (group: GroupAnswer): number =>
    clients.filter(client => client.groups.some(one => one.id === group.id)).length;
  return (
    <Grants
      title="Groups"
      noun="group"
      endpoint={endpoint}
      all={groups}
      granted={groups.filter(group => group.endpoints.some(one => one.id === endpoint.id))}
      mayGive={props.mayGive}
      mayTake={props.mayTake}
      onGive={async id => {
        await http.PUT('/api/v1/groups/{group_id}/endpoints/{endpoint_id}', path(id));
        await refresh();
      }}
      onTake={async id => {
        await http.DELETE('/api/v1/groups/{group_id}/endpoints/{endpoint_id}', path(id));
        await refresh();
      }}
      about={group => (
        <>
          <Link to={`/clients/groups/${group.id}`}>{group.name}</Link>{' '}
          {!group.is_active && <Tag tone="attention">inactive</Tag>}
          <span className="dbapi-Muted">{membersOf(group)} clients</span>
        </>
      )}
    />
  );
}
