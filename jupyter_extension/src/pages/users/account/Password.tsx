import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { Section } from '../../../components/Page';
import { useHost } from '../../../host/host';

interface Values {
  current_password: string;
  new_password: string;
  again: string;
}

/** Changes one's own password. */
export function Password(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title="Password"
      actions={<Button onClick={() => setOpen(true)}>Change password</Button>}
    >
      <p className="dbapi-Muted">
        Changing it ends all your sessions, also this one. Personal access tokens stay good.
      </p>
      {isOpen && <ChangePassword onClose={() => setOpen(false)} />}
    </Section>
  );
}

function ChangePassword(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const queries = useQueryClient();
  const send = async ({ current_password, new_password }: Values): Promise<void> => {
    await http.POST('/api/v1/users/me/password', { body: { current_password, new_password } });
    props.onClose();
    host.notify('Your password was changed. Log in with the new one');
    await queries.resetQueries();
  };
  return (
    <Dialog title="Change your password" onClose={props.onClose}>
      <Form<Values>
        defaults={{ current_password: '', new_password: '', again: '' }}
        action="Change the password"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Current password" error={errors.current_password}>
              <input
                type="password"
                autoComplete="current-password"
                {...register('current_password', { required: 'Type your current password' })}
              />
            </Field>
            <Field label="New password" hint="8 characters or more" error={errors.new_password}>
              <input
                type="password"
                autoComplete="new-password"
                {...register('new_password', { required: 'Type a new password' })}
              />
            </Field>
            <Field label="New password again" error={errors.again}>
              <input
                type="password"
                autoComplete="new-password"
                {...register('again', {
                  validate: (text, all) =>
                    text === all.new_password || 'This is not the same as the new password'
                })}
              />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  );
}
