import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { METHODS, ModuleChoice } from './choices';

interface Target {
  module: string;
  method: string;
  path: string;
}

/** Moves it to another module and, while it was never published, to another route. */
export function MoveDialog(props: {
  endpoint: EndpointAnswer;
  onClose: () => void;
  onDone: (message: string) => Promise<void>;
}): ReactElement {
  const { endpoint } = props;
  const { http } = useApi();
  const isFree = endpoint.latest_version === null;
  const move = async (target: Target): Promise<void> => {
    await http.POST('/api/v1/endpoints/{endpoint_id}/move', {
      params: { path: { endpoint_id: endpoint.id } },
      body: isFree ? target : { module: target.module }
    });
    await props.onDone(`Moved to ${target.module}`);
    props.onClose();
  };
  return (
    <Dialog title={`Move ${endpoint.method} ${endpoint.path}`} onClose={props.onClose}>
      <p className="dbapi-Muted">
        {isFree
          ? 'Nobody calls it yet, so it may get another route too.'
          : 'Its route stays, so callers see no difference. Permissions on a module are for what is in it.'}
      </p>
      <Form<Target>
        defaults={{ module: endpoint.module, method: endpoint.method, path: endpoint.path }}
        action="Move"
        onSend={move}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Module" error={errors.module}>
              <ModuleChoice {...register('module')} current={endpoint.module} />
            </Field>
            {isFree && (
              <>
                <Field label="Method" error={errors.method}>
                  <select {...register('method')}>
                    {METHODS.map(method => (
                      <option key={method}>{method}</option>
                    ))}
                  </select>
                </Field>
                <Field label="Path" error={errors.path}>
                  <input {...register('path')} required />
                </Field>
              </>
            )}
          </>
        )}
      </Form>
    </Dialog>
  );
}
