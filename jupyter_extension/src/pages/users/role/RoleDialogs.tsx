import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { changes, patch, textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { RoleAnswer, RolePatch } from '../../../api/schema';
import { Confirm, Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { useHost } from '../../../host/host';
import { besideField } from '../beside';
import { useRefreshPeople } from '../data';

interface Values {
  name: string;
  description: string | null;
}

const LABELS: Record<keyof Values, string> = { name: 'Name', description: 'Description' };

function Fields({ form }: { form: UseFormReturn<Values> }): ReactElement {
  const { register, formState } = form;
  return (
    <>
      <Field label={LABELS.name} error={formState.errors.name}>
        <input {...register('name', { required: 'Give the role a name' })} />
      </Field>
      <Field label={LABELS.description} error={formState.errors.description}>
        <textarea rows={2} {...register('description', { setValueAs: textOrNull })} />
      </Field>
    </>
  );
}

/** Makes a role that holds nothing yet, and opens it. */
export function CreateRole(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshPeople();
  const send = async (body: Values): Promise<void> => {
    try {
      const { data } = await http.POST('/api/v1/roles', { body });
      void refresh();
      props.onClose();
      if (data) host.open(`/users/roles/${data.id}`);
    } catch (reason) {
      throw besideField(reason, () => 'name');
    }
  };
  return (
    <Dialog title="New role" onClose={props.onClose}>
      <Form<Values>
        defaults={{ name: '', description: null }}
        action="Make the role"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => <Fields form={form} />}
      </Form>
    </Dialog>
  );
}

/** Changes a role's name and description. */
export function EditRole(props: { role: RoleAnswer; onClose: () => void }): ReactElement {
  const { id, name, description } = props.role;
  const { http } = useApi();
  const refresh = useRefreshPeople();
  const seen = useSeen(`/api/v1/roles/${id}`);
  const defaults: Values = { name, description };
  const send = async (values: Values): Promise<void> => {
    const body = patch<RolePatch>(changes<Values>(defaults, values));
    const params = { path: { role_id: id } };
    try {
      await seen.send(headers => http.PATCH('/api/v1/roles/{role_id}', { params, headers, body }));
    } catch (reason) {
      throw besideField(reason, error => (error.status === 412 ? null : 'name'));
    }
    await refresh();
    props.onClose();
  };
  return (
    <Dialog title={`Edit ${name}`} onClose={props.onClose}>
      <Form<Values> defaults={defaults} action="Save" onSend={send} onCancel={props.onClose}>
        {form => (
          <>
            <Fields form={form} />
            <Theirs theirs={seen.theirs} labels={LABELS} />
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** Deletes a role that nobody has. */
export function DeleteRole(props: { role: RoleAnswer; onClose: () => void }): ReactElement {
  const { role } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshPeople();
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/roles/{role_id}', { params: { path: { role_id: role.id } } });
    host.open('/users/roles');
    host.notify(`The role ${role.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete the role ${role.name}?`}
      action="Delete the role"
      onClose={props.onClose}
      onConfirm={remove}
    >
      {role.users === 0 ? (
        <p>Nobody has it. Its permissions are forgotten.</p>
      ) : (
        <p>
          {role.users === 1 ? 'One user has' : `${role.users} users have`} it: take it from them
          first, for a role that somebody has is not deleted.
        </p>
      )}
    </Confirm>
  );
}
