import type { ReactElement } from 'react';

import { changes, patch } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { UserAnswer, UserPatch } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { besideField, userField } from '../beside';
import { useRefreshPeople } from '../data';
import { USER_LABELS, UserFields, type UserValues } from './UserFields';

/** Changes a user's name, address, roles and state. */
export function EditUser(props: { user: UserAnswer; onClose: () => void }): ReactElement {
  const { user } = props;
  const { http } = useApi();
  const refresh = useRefreshPeople();
  const seen = useSeen(`/api/v1/users/${user.id}`);
  const { username, full_name, email, is_active, is_superuser } = user;
  const roles = user.roles.toSorted();
  const before = { username, password: null, full_name, email, is_active, is_superuser, roles };
  const send = async (values: UserValues): Promise<void> => {
    const after = { ...before, ...values, roles: values.roles.toSorted() };
    const body = patch<UserPatch>(changes<UserValues>(before, after));
    const params = { path: { user_id: user.id } };
    try {
      await seen.send(headers => http.PATCH('/api/v1/users/{user_id}', { params, headers, body }));
    } catch (reason) {
      throw besideField(reason, userField);
    }
    await refresh();
    props.onClose();
  };
  return (
    <Dialog title={`Edit ${user.username}`} onClose={props.onClose}>
      <Form<UserValues> defaults={before} action="Save" onSend={send} onCancel={props.onClose}>
        {form => (
          <>
            <UserFields form={form} />
            <Theirs theirs={seen.theirs} labels={USER_LABELS} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
