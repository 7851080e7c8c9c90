import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Confirm } from '../../../components/Dialog';
import { count } from '../../../components/small';
import { useHost } from '../../../host/host';
import { useRefreshConsumers } from '../data';
import { membersOf, useClients } from './members';

/** Deletes a group, after telling which clients lose what. */
export function DeleteGroup(props: { group: GroupAnswer; onClose: () => void }): ReactElement {
  const { group } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
  const clients = useClients(useMay()('client', 'read'));
  const members = clients.data ? membersOf(clients.data, group.id) : [];
  const endpoints = group.endpoints.length;
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/groups/{group_id}', { params: { path: { group_id: group.id } } });
    host.open('/clients/groups');
    host.notify(`${group.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${group.name}?`}
      action="Delete the group"
      onClose={props.onClose}
      onConfirm={remove}
    >
      <p>
        Its clients may no longer call the {count(endpoints)}{' '}
        {endpoints === 1 ? 'endpoint' : 'endpoints'} in it, unless they have them otherwise. The
        endpoints stay.
      </p>
      {members.length > 0 && <p>In it now: {members.map(one => one.name).join(', ')}.</p>}
    </Confirm>
  );
}
