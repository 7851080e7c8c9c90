import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm, Dialog } from '../../../components/Dialog';
import { Route } from '../../../components/small';
import { useHost } from '../../../host/host';
import { CalledBefore } from './CalledBefore';

interface Props {
  endpoint: EndpointAnswer;
  onClose: () => void;
  onDone: (message: string) => Promise<void>;
}

/** Takes an endpoint offline, once it is clear whose calls fail then. */
export function UnpublishDialog({ endpoint, onClose, onDone }: Props): ReactElement {
  const { http } = useApi();
  const name = `${endpoint.method} ${endpoint.path}`;
  const unpublish = async (): Promise<void> => {
    await http.POST('/api/v1/endpoints/{endpoint_id}/unpublish', {
      params: { path: { endpoint_id: endpoint.id } }
    });
    await onDone(`${name} is offline`);
  };
  return (
    <Confirm
      title={`Take ${name} offline?`}
      action="Unpublish"
      onClose={onClose}
      onConfirm={unpublish}
    >
      <p>
        Version {endpoint.live_version} of <Route method={endpoint.method} path={endpoint.path} />{' '}
        is live. From now on every call is answered with 404. The draft and all versions stay: you
        can publish again.
      </p>
      <CalledBefore endpoint={endpoint} />
    </Confirm>
  );
}

/** Deletes an endpoint for good; one that is live has to go offline first. */
export function DeleteDialog({ endpoint, onClose, onDone }: Props): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const queries = useQueryClient();
  const mayUnpublish = useMay()('endpoint', 'publish');
  const name = `${endpoint.method} ${endpoint.path}`;
  if (endpoint.live_version !== null) {
    return (
      <Dialog title={`${name} is live`} onClose={onClose}>
        <p>
          Version {endpoint.live_version} answers calls, so the endpoint cannot be deleted.
          Unpublish it first{mayUnpublish ? '' : ', or ask somebody who may'}.
        </p>
        <CalledBefore endpoint={endpoint} />
        <footer className="dbapi-Dialog-foot">
          <Button onClick={onClose}>Close</Button>
        </footer>
      </Dialog>
    );
  }
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/endpoints/{endpoint_id}', {
      params: { path: { endpoint_id: endpoint.id } }
    });
    host.open('/endpoints');
    queries.removeQueries({ queryKey: ['get', '/api/v1/endpoints/{endpoint_id}'] });
    await onDone(`${name} is deleted`);
  };
  return (
    <Confirm
      title={`Delete ${name}?`}
      action="Delete the endpoint"
      word={endpoint.path}
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        Its draft, its tests
        {endpoint.latest_version ? `, all ${endpoint.latest_version} versions` : ''} and what
        clients were granted to it are gone for good. It is not live, so no call breaks now.
      </p>
      <CalledBefore endpoint={endpoint} />
    </Confirm>
  );
}
