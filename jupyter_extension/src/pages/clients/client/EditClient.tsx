import type { ReactElement } from 'react';

import { changes, patch } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { ClientAnswer, ClientPatch } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { useRefreshConsumers } from '../data';
import { CLIENT_LABELS, ClientFields, type ClientValues } from './ClientFields';

/** Changes a client's name, description and limits. */
export function EditClient(props: { client: ClientAnswer; onClose: () => void }): ReactElement {
  const { client } = props;
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const seen = useSeen(`/api/v1/clients/${client.id}`);
  const defaults: ClientValues = {
    name: client.name,
    description: client.description,
    rate_limit_per_minute: client.rate_limit_per_minute,
    max_concurrent: client.max_concurrent,
    token_seconds: client.token_seconds
  };
  const send = async (values: ClientValues): Promise<void> => {
    const body = patch<ClientPatch>(changes<ClientValues>(defaults, values));
    await seen.send(headers =>
      http.PATCH('/api/v1/clients/{client_id}', {
        params: { path: { client_id: client.id } },
        headers,
        body
      })
    );
    await refresh();
    props.onClose();
  };
  return (
    <Dialog title={`Edit ${client.name}`} onClose={props.onClose}>
      <Form<ClientValues> defaults={defaults} action="Save" onSend={send} onCancel={props.onClose}>
        {form => (
          <>
            <ClientFields form={form} />
            <Theirs theirs={seen.theirs} labels={CLIENT_LABELS} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
