import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useHost } from '../../../host/host';
import { besideField, userField } from '../beside';
import { useRefreshPeople } from '../data';
import { UserFields, type UserValues } from './UserFields';

const NOBODY: UserValues = {
  username: '',
  password: null,
  full_name: null,
  email: null,
  roles: [],
  is_active: true,
  is_superuser: false
};

/** Makes a user with roles, and opens their page. */
export function CreateUser(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshPeople();
  const send = async (body: UserValues): Promise<void> => {
    try {
      const { data } = await http.POST('/api/v1/users', { body });
      void refresh();
      props.onClose();
      if (data) host.open(`/users/${data.id}`);
    } catch (reason) {
      throw besideField(reason, userField);
    }
  };
  return (
    <Dialog title="New user" onClose={props.onClose}>
      <Form<UserValues>
        defaults={NOBODY}
        action="Make the user"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => (
          <>
            <Field label="User name" error={form.formState.errors.username}>
              <input
                autoComplete="off"
                {...form.register('username', { required: 'Give the user a name to log in with' })}
              />
            </Field>
            <Field
              label="Password"
              hint="8 characters or more. Empty: they log in elsewhere, for example by single sign-on."
              error={form.formState.errors.password}
            >
              <input
                type="password"
                autoComplete="new-password"
                {...form.register('password', { setValueAs: (text: string) => text || null })}
              />
            </Field>
            <UserFields form={form} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
