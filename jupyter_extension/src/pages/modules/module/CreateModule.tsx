import type { ReactElement } from 'react';

import { textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useHost } from '../../../host/host';
import { useRefreshModules } from '../data';

interface Values {
  name: string;
  description: string;
}

/** Asks for a new, empty module. */
export function CreateModule(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const send = async ({ name, description }: Values): Promise<void> => {
    const { data } = await http.POST('/api/v1/modules', {
      body: { name: name.trim(), description: textOrNull(description) }
    });
    await refresh();
    props.onClose();
    host.notify(`${name} was made`);
    if (data) host.open(`/modules/${data.id}`);
  };
  return (
    <Dialog title="New module" onClose={props.onClose}>
      <Form<Values>
        defaults={{ name: '', description: '' }}
        action="Make the module"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Name" hint="No path holds it: it may change later." error={errors.name}>
              <input {...register('name')} autoComplete="off" />
            </Field>
            <Field label="Description" error={errors.description}>
              <input {...register('description')} autoComplete="off" />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  );
}
