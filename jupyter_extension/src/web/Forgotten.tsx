import { type ReactElement, useState } from 'react';

import { useApi } from '../api/context';
import { Button } from '../components/Button';
import { Field, Form } from '../components/Form';

/** Asks for an e-mail, and then for the token in it and a new password. */
export function Forgotten(props: { onBack: () => void }): ReactElement {
  const [sent, setSent] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  const { http } = useApi();
  const ask = async (body: { username_or_email: string }): Promise<void> => {
    const { data } = await http.POST('/api/v1/password-recovery', { body });
    setSent(data?.message ?? '');
  };
  const reset = async (body: { token: string; new_password: string }): Promise<void> => {
    await http.POST('/api/v1/password-reset', { body });
    setDone(true);
  };
  if (isDone) {
    return (
      <>
        <p>Your password is changed.</p>
        <Button look="accept" onClick={props.onBack}>
          Log in
        </Button>
      </>
    );
  }
  if (sent === null) {
    return (
      <Form
        defaults={{ username_or_email: '' }}
        action="Send an e-mail"
        onSend={ask}
        onCancel={props.onBack}
      >
        {({ register }) => (
          <Field label="User name or e-mail address">
            <input {...register('username_or_email')} autoComplete="username" required />
          </Field>
        )}
      </Form>
    );
  }
  return (
    <>
      <p>{sent}</p>
      <Form
        defaults={{ token: '', new_password: '' }}
        action="Change the password"
        onSend={reset}
        onCancel={props.onBack}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Token from the e-mail" error={errors.token}>
              <input {...register('token')} autoComplete="one-time-code" required />
            </Field>
            <Field label="New password" error={errors.new_password}>
              <input
                {...register('new_password')}
                type="password"
                autoComplete="new-password"
                required
              />
            </Field>
          </>
        )}
      </Form>
    </>
  );
}
