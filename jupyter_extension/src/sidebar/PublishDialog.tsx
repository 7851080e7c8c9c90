import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useApi } from '../api/context';
import type { PlanAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { Field, Form } from '../components/Form';
import { Route } from '../components/small';
import { Loaded } from '../components/states';
import { useHost } from '../host/host';
import type { EndpointFacts } from './nodes';
import { refreshPath } from './refreshing';

interface Props {
  endpoint: EndpointFacts;
  onClose: () => void;
}

/** Says what publishing would change, and publishes. */
export default function PublishDialog(props: Props): ReactElement {
  const { endpoint } = props;
  const { query } = useApi();
  const params = { params: { path: { endpoint_id: endpoint.id } } };
  // The draft's tag goes along: only what was seen here is published.
  const draft = query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/draft', params, FRESH);
  const plan = query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/plan', params, {
    ...FRESH,
    enabled: draft.isSuccess
  });
  return (
    <Dialog title="Publish" onClose={props.onClose}>
      <p>
        <Route method={endpoint.method} path={endpoint.path} />
      </p>
      <Loaded query={draft} what="the draft">
        {() => (
          <Loaded query={plan} what="what would change">
            {found => <Decide {...props} plan={found} />}
          </Loaded>
        )}
      </Loaded>
    </Dialog>
  );
}

const FRESH = { staleTime: 0, gcTime: 0 };

function Decide({ endpoint, plan, onClose }: Props & { plan: PlanAnswer }): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const host = useHost();
  const tag = api.etag(`/api/v1/endpoints/${endpoint.id}/draft`);
  if (plan.next_version === null && !plan.changes) {
    return (
      <>
        <p>Nothing has changed since version {plan.live_version}, which is live.</p>
        <footer className="dbapi-Dialog-foot">
          <Button onClick={onClose}>Close</Button>
        </footer>
      </>
    );
  }
  const publish = async ({ message }: { message: string }): Promise<void> => {
    const { data } = await api.http.POST('/api/v1/endpoints/{endpoint_id}/publish', {
      params: { path: { endpoint_id: endpoint.id } },
      headers: tag === undefined ? {} : { 'If-Match': tag },
      body: { message: message || null }
    });
    host.notify(`Version ${data?.version ?? ''} of ${endpoint.path} is live`);
    void refreshPath(queries, '/api/v1/endpoints');
    onClose();
  };
  return (
    <Form
      defaults={{ message: '' }}
      action={`Publish version ${plan.next_version ?? ''}`}
      onSend={publish}
      onCancel={onClose}
    >
      {({ register, formState }) => (
        <>
          <Changes plan={plan} />
          <Field label="What changed, and why" error={formState.errors.message}>
            <input {...register('message')} />
          </Field>
        </>
      )}
    </Form>
  );
}

function Changes({ plan }: { plan: PlanAnswer }): ReactElement {
  const { fields, breaking, content } = plan.diff;
  const changed = [...(content ? ['content'] : []), ...fields.map(one => one.field)];
  return (
    <>
      <p>
        {plan.live_version === null
          ? 'It goes live for the first time.'
          : `Compared with version ${plan.live_version}, which is live, this changes: ${changed.join(', ')}.`}
      </p>
      {breaking.length > 0 && (
        <div className="dbapi-Notice dbapi-mod-attention" role="note">
          <strong>Callers may break</strong>
          <ul>
            {breaking.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
