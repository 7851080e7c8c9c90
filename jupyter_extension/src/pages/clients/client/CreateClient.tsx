import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { NewClientAnswer } from '../../../api/schema';
import { Form } from '../../../components/Form';
import { Dialog } from '../../../components/Dialog';
import { useHost } from '../../../host/host';
import { useRefreshConsumers } from '../data';
import { ClientFields, type ClientValues } from './ClientFields';
import { Credentials } from './Credentials';

const NOTHING: ClientValues = {
  name: '',
  description: null,
  rate_limit_per_minute: null,
  max_concurrent: null,
  token_seconds: null
};

/** Makes a client, and shows its secret once. */
export function CreateClient(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
  const [made, setMade] = useState<NewClientAnswer | null>(null);
  const send = async (values: ClientValues): Promise<void> => {
    const { data } = await http.POST('/api/v1/clients', { body: { ...values, is_active: true } });
    setMade(data ?? null);
    void refresh();
  };
  if (made) {
    return (
      <Credentials
        title={`${made.name} was made`}
        clientId={made.client_id}
        secret={made.client_secret}
        onClose={() => {
          props.onClose();
          host.open(`/clients/${made.id}`);
        }}
      >
        <p>It may call nothing private yet: give it endpoints or groups on its page.</p>
      </Credentials>
    );
  }
  return (
    <Dialog title="New client" onClose={props.onClose}>
      <Form<ClientValues>
        defaults={NOTHING}
        action="Make the client"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => <ClientFields form={form} />}
      </Form>
    </Dialog>
  );
}
