import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Confirm } from '../../../components/Dialog';
import { count } from '../../../components/small';
import { useHost } from '../../../host/host';
import { useClientsOf } from '../../parts/consumersOf';
import { useRefreshConsumers } from '../data';

const SHOWN = 8;

/** Deletes a group, after telling which clients lose what. */
export function DeleteGroup(props: { group: GroupAnswer; onClose: () => void }): ReactElement {
  const { group } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
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
        {group.clients === 0
          ? 'No client is in it. '
          : `Its clients may no longer call ${
              endpoints === 1 ? 'the endpoint' : `the ${count(endpoints)} endpoints`
            } in it, unless given in another way. `}
        {endpoints === 1 ? 'The endpoint stays.' : 'The endpoints stay.'}
      </p>
      {group.clients > 0 && <InIt group={group} />}
    </Confirm>
  );
}

function InIt({ group }: { group: GroupAnswer }): ReactElement {
  const { list } = useClientsOf({ group_id: group.id }, useMay()('client', 'read'));
  const names = list.rows.slice(0, SHOWN).map(client => client.name);
  const more = group.clients - names.length;
  if (names.length === 0) {
    return (
      <p>
        {group.clients === 1 ? '1 client is' : `${count(group.clients)} clients are`} in it now.
      </p>
    );
  }
  return (
    <p>
      In it now: {names.join(', ')}
      {more > 0 && ` and ${count(more)} more`}.
    </p>
  );
}
