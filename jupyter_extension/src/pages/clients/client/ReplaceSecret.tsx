import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { ClientAnswer, SecretAnswer } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useRefreshConsumers } from '../data';
import { Credentials } from './Credentials';

interface Values {
  overlap_hours: number;
}

/** Gives a client a new secret, and says until when the one before works. */
export function ReplaceSecret(props: { client: ClientAnswer; onClose: () => void }): ReactElement {
  const { client } = props;
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const [made, setMade] = useState<SecretAnswer | null>(null);
  const send = async (body: Values): Promise<void> => {
    const params = { path: { client_id: client.id } };
    const { data } = await http.POST('/api/v1/clients/{client_id}/secret', { params, body });
    setMade(data ?? null);
    void refresh();
  };
  if (made) {
    return (
      <Credentials
        title={`The new secret of ${client.name}`}
        clientId={made.client_id}
        secret={made.client_secret}
        onClose={props.onClose}
      >
        <p>{untilText(made.previous_secret_until)}</p>
      </Credentials>
    );
  }
  return (
    <Dialog title={`Replace the secret of ${client.name}`} onClose={props.onClose}>
      <Form<Values>
        defaults={{ overlap_hours: 24 }}
        action="Make a new secret"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState, watch }) => (
          <>
            <Field
              label="Hours that the old secret works on"
              hint="0 to 720. Give the program its new secret within this time."
              error={formState.errors.overlap_hours}
            >
              <input
                type="number"
                min={0}
                max={720}
                {...register('overlap_hours', { valueAsNumber: true })}
              />
            </Field>
            <p>{promise(watch('overlap_hours'))} What is older than it ends in any case.</p>
          </>
        )}
      </Form>
    </Dialog>
  );
}

function promise(hours: number): string {
  if (!hours) return 'The old secret and the tokens given for it end at once.';
  return `The old secret and the tokens given for it work until ${local(Date.now() + hours * 3_600_000)}.`;
}

function untilText(until: string | null): string {
  if (until === null) return 'The old secret and the tokens given for it have ended.';
  return `The old secret works until ${local(Date.parse(until))}.`;
}

function local(moment: number): string {
  return new Date(moment).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
}
