import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useHost } from '../../../host/host';
import { METHODS, ModuleChoice } from './choices';

interface Target {
  method: string;
  path: string;
  module: string;
}

/** A path beside another: `orders-copy/{id}`, for a parameter is a whole part of a path. */
function pathOfCopy(path: string): string {
  const parts = path.split('/');
  const at = parts.findLastIndex(part => !part.startsWith('{'));
  if (at < 0) return `copy/${path}`;
  return parts.map((part, index) => (index === at ? `${part}-copy` : part)).join('/');
}

/** Makes a new endpoint with the draft and the tests of this one. */
export function CopyDialog(props: {
  endpoint: EndpointAnswer;
  onClose: () => void;
  onDone: (message: string) => Promise<void>;
}): ReactElement {
  const { endpoint } = props;
  const { http } = useApi();
  const host = useHost();
  const copy = async (target: Target): Promise<void> => {
    const { data } = await http.POST('/api/v1/endpoints/{endpoint_id}/copy', {
      params: { path: { endpoint_id: endpoint.id } },
      body: target
    });
    await props.onDone(`Copied to ${target.method} ${target.path}; it is not live yet`);
    props.onClose();
    if (data) host.open(`/endpoints/${data.id}`);
  };
  return (
    <Dialog title={`Copy ${endpoint.method} ${endpoint.path}`} onClose={props.onClose}>
      <p className="dbapi-Muted">The copy gets the draft and the tests. It is not live.</p>
      <Form<Target>
        defaults={{
          method: endpoint.method,
          path: pathOfCopy(endpoint.path),
          module: endpoint.module
        }}
        action="Copy"
        onSend={copy}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Method" error={errors.method}>
              <select {...register('method')}>
                {METHODS.map(method => (
                  <option key={method}>{method}</option>
                ))}
              </select>
            </Field>
            <Field label="Path" error={errors.path} hint="Such as orders/{customer_id}">
              <input {...register('path')} required />
            </Field>
            <Field label="Module" error={errors.module}>
              <ModuleChoice {...register('module')} current={endpoint.module} />
            </Field>
          </>
        )}
      </Form>
    </Dialog>
  );
}
