import { type ReactElement, useState } from 'react';

import { numberOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { Secret } from '../../../components/small';

interface Values {
  name: string;
  expires_in_days: number | null;
}

/** Makes a personal access token, and shows it once. */
export function NewToken(props: {
  onMade: () => Promise<void>;
  onClose: () => void;
}): ReactElement {
  const { http } = useApi();
  const [token, setToken] = useState<string | null>(null);
  const send = async (body: Values): Promise<void> => {
    const { data } = await http.POST('/api/v1/tokens', { body });
    setToken(data?.token ?? null);
    void props.onMade();
  };
  if (token !== null) {
    return (
      <Dialog title="Your new token" onClose={props.onClose}>
        <Secret label="Token" text={token} />
        <footer className="dbapi-Dialog-foot">
          <Button look="accept" onClick={props.onClose}>
            I have kept the token
          </Button>
        </footer>
      </Dialog>
    );
  }
  return (
    <Dialog title="New personal access token" onClose={props.onClose}>
      <Form<Values>
        defaults={{ name: '', expires_in_days: 90 }}
        action="Make the token"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <p>Whoever holds it may do all that you may, so keep it as you keep a password.</p>
            <Field label="Name" hint="What uses it, for example a job" error={errors.name}>
              <input {...register('name', { required: 'Say what the token is for' })} />
            </Field>
            <Field
              label="Days that it is good"
              hint="Empty: until it is revoked"
              error={errors.expires_in_days}
            >
              <input
                type="number"
                min={1}
                {...register('expires_in_days', { setValueAs: numberOrNull })}
              />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  );
}
