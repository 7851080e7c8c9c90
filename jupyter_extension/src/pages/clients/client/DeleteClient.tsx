import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ClientAnswer } from '../../../api/schema';
import { Confirm } from '../../../components/Dialog';
import { count, Route } from '../../../components/small';
import { useHost } from '../../../host/host';
import { useRefreshConsumers } from '../data';
import { useRecords } from './records';

const SHOWN = 8;

/** Deletes a client, after telling what it calls and how much. */
export function DeleteClient(props: { client: ClientAnswer; onClose: () => void }): ReactElement {
  const { client } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
  const remove = async (): Promise<void> => {
    const params = { path: { client_id: client.id } };
    await http.DELETE('/api/v1/clients/{client_id}', { params });
    host.open('/clients');
    host.notify(`${client.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${client.name}?`}
      action="Delete the client"
      word={client.name}
      onClose={props.onClose}
      onConfirm={remove}
    >
      <p>Its calls are refused at once, and its secret cannot be brought back.</p>
      <Calls client={client} />
      <Affected client={client} />
    </Confirm>
  );
}

function Calls({ client }: { client: ClientAnswer }): ReactElement | null {
  const isKnown = useMay()('access_record', 'read');
  const records = useRecords(client.id, isKnown);
  const total = records.data?.total;
  if (total === undefined) return null;
  if (total === 0) return <p>It has not called in the last 30 days.</p>;
  return (
    <p>
      It made <strong>{count(total)}</strong> {total === 1 ? 'request' : 'requests'} in the last 30
      days.
    </p>
  );
}

function Affected({ client }: { client: ClientAnswer }): ReactElement {
  const { endpoints, groups } = client;
  if (endpoints.length + groups.length === 0) return <p>It may call no private endpoint.</p>;
  const more = endpoints.length - SHOWN;
  return (
    <>
      {endpoints.length > 0 && <p>It may call:</p>}
      <ul className="dbapi-Plain">
        {endpoints.slice(0, SHOWN).map(one => (
          <li key={one.id}>
            <Route method={one.method} path={one.path} />
          </li>
        ))}
        {more > 0 && <li>and {count(more)} more</li>}
      </ul>
      {groups.length > 0 && <p>It is in: {groups.map(one => one.name).join(', ')}.</p>}
    </>
  );
}
