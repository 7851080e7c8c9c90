import type { ReactElement } from 'react';

import { changes, numberOrNull, patch, textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { ModuleAnswer, ModulePatch } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Check, Field, Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { useHost } from '../../../host/host';
import { useRefreshModules } from '../data';

interface Values {
  name: string;
  description: string;
  sort_order: string;
  is_active: boolean;
}

const LABELS = {
  name: 'Name',
  description: 'Description',
  sort_order: 'Order',
  is_active: 'Active'
};

/** Changes a module; what is in it stays. */
export function EditModule(props: { module: ModuleAnswer; onClose: () => void }): ReactElement {
  const { module } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const seen = useSeen(`/api/v1/modules/${module.id}`);
  const send = async (values: Values): Promise<void> => {
    await seen.send(header =>
      http.PATCH('/api/v1/modules/{module_id}', {
        params: { path: { module_id: module.id }, header },
        body: patch<ModulePatch>(changes(fieldsOf(module), bodyOf(values)))
      })
    );
    await refresh();
    props.onClose();
    host.notify(`${values.name} was saved`);
  };
  return (
    <Dialog title={`Edit ${module.name}`} onClose={props.onClose}>
      <Form<Values>
        defaults={{
          ...module,
          description: module.description ?? '',
          sort_order: String(module.sort_order)
        }}
        action="Save"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Name" hint="Paths of endpoints stay as they are." error={errors.name}>
              <input {...register('name')} autoComplete="off" />
            </Field>
            <Field label="Description" error={errors.description}>
              <input {...register('description')} autoComplete="off" />
            </Field>
            <Field label="Order" hint="Lists show lower ones first." error={errors.sort_order}>
              <input {...register('sort_order')} type="number" step={1} />
            </Field>
            <Check label="Active: its endpoints answer. An inactive module’s answer 404.">
              <input type="checkbox" {...register('is_active')} />
            </Check>
            <Theirs theirs={seen.theirs} labels={LABELS} />
          </>
        )}
      </Form>
    </Dialog>
  );
}

function fieldsOf(module: ModuleAnswer): ModulePatch {
  const { name, description, sort_order, is_active } = module;
  return { name, description, sort_order, is_active };
}

function bodyOf(values: Values): ModulePatch {
  return {
    name: values.name.trim(),
    description: textOrNull(values.description),
    sort_order: numberOrNull(values.sort_order) ?? 0,
    is_active: values.is_active
  };
}
