import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import { Dialog } from '../../components/Dialog';
import { Form } from '../../components/Form';
import { useHost } from '../../host/host';
import { ConnectionFields } from './ConnectionFields';
import { useRefreshConnections } from './data';
import { TryConnection } from './TryConnection';
import { bodyOf, type ConnectionValues, valuesOf } from './values';

/** Asks for a new connection, which can be tried before it is kept. */
export function CreateConnection(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConnections();
  const send = async (values: ConnectionValues): Promise<void> => {
    const { data } = await http.POST('/api/v1/datasources', { body: bodyOf(values) });
    await refresh();
    props.onClose();
    host.notify(`${values.name} was added`);
    if (data) host.open(`/connections/${data.id}`);
  };
  return (
    <Dialog title="New connection" onClose={props.onClose}>
      <Form<ConnectionValues>
        defaults={valuesOf(null)}
        action="Add the connection"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => (
          <>
            <ConnectionFields form={form} kept={null} />
            <TryConnection form={form} kept={null} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
