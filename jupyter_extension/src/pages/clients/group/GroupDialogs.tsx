import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { changes, patch, textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { GroupAnswer, GroupPatch } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Check, Field, Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { useHost } from '../../../host/host';
import { useRefreshConsumers } from '../data';

interface Values {
  name: string;
  description: string | null;
  is_active: boolean;
}

const LABELS: Record<keyof Values, string> = {
  name: 'Name',
  description: 'Description',
  is_active: 'Active'
};

function Fields({ form }: { form: UseFormReturn<Values> }): ReactElement {
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <>
      <Field label={LABELS.name} error={errors.name}>
        <input {...register('name', { required: 'Give the group a name' })} />
      </Field>
      <Field label={LABELS.description} error={errors.description}>
        <textarea rows={2} {...register('description', { setValueAs: textOrNull })} />
      </Field>
      <Check label="Active: its clients may call what is in it">
        <input type="checkbox" {...register('is_active')} />
      </Check>
    </>
  );
}

/** Makes an empty group, and opens it. */
export function CreateGroup(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
  const send = async (body: Values): Promise<void> => {
    const { data } = await http.POST('/api/v1/groups', { body });
    void refresh();
    props.onClose();
    if (data) host.open(`/clients/groups/${data.id}`);
  };
  return (
    <Dialog title="New group" onClose={props.onClose}>
      <Form<Values>
        defaults={{ name: '', description: null, is_active: true }}
        action="Make the group"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => <Fields form={form} />}
      </Form>
    </Dialog>
  );
}

/** Changes a group's name, description, and whether it counts. */
export function EditGroup(props: { group: GroupAnswer; onClose: () => void }): ReactElement {
  const { id, name, description, is_active } = props.group;
  const { http } = useApi();
  const refresh = useRefreshConsumers();
  const seen = useSeen(`/api/v1/groups/${id}`);
  const defaults: Values = { name, description, is_active };
  const send = async (values: Values): Promise<void> => {
    const body = patch<GroupPatch>(changes<Values>(defaults, values));
    const params = { path: { group_id: id } };
    await seen.send(headers => http.PATCH('/api/v1/groups/{group_id}', { params, headers, body }));
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
