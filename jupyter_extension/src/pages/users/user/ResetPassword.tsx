import type { ReactElement } from 'react';

import { patch } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { UserAnswer, UserPatch } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useHost } from '../../../host/host';
import { besideField } from '../beside';

/** Gives a user another password, which ends their sessions. */
export function ResetPassword(props: { user: UserAnswer; onClose: () => void }): ReactElement {
  const { user } = props;
  const { http } = useApi();
  const host = useHost();
  const send = async (values: { password: string }): Promise<void> => {
    const params = { path: { user_id: user.id } };
    const body = patch<UserPatch>(values);
    try {
      await http.PATCH('/api/v1/users/{user_id}', { params, body });
    } catch (reason) {
      throw besideField(reason, () => 'password');
    }
    props.onClose();
    host.notify(`${user.username} has a new password`);
  };
  return (
    <Dialog title={`Reset the password of ${user.username}`} onClose={props.onClose}>
      <Form<{ password: string }>
        defaults={{ password: '' }}
        action="Set the password"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState }) => (
          <>
            <p>Their sessions end. Tell them the new password in private, to be changed by them.</p>
            <Field
              label="New password"
              hint="8 characters or more"
              error={formState.errors.password}
            >
              <input
                type="password"
                autoComplete="new-password"
                {...register('password', { required: 'Type a new password' })}
              />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  );
}
