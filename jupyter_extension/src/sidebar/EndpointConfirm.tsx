import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import { useApi } from '../api/context';
import { Confirm } from '../components/Dialog';
import { Route } from '../components/small';
import { useHost } from '../host/host';
import type { EndpointFacts } from './nodes';
import { refreshPath } from './refreshing';

const WORDS = {
  unpublish: {
    title: 'Unpublish the endpoint?',
    done: 'is no longer live',
    effect: 'Programs that call it get “not found” from now on. Its draft and versions stay.'
  },
  delete: {
    title: 'Delete the endpoint?',
    done: 'is deleted',
    effect: 'Its draft, tests and all versions are deleted with it. This cannot be undone.'
  }
} as const;

/** Asks before an endpoint is taken off the gateway, or deleted. */
export default function EndpointConfirm(props: {
  endpoint: EndpointFacts;
  what: keyof typeof WORDS;
  onClose: () => void;
}): ReactElement {
  const { endpoint, what } = props;
  const { http } = useApi();
  const queries = useQueryClient();
  const host = useHost();
  const words = WORDS[what];
  const change = async (): Promise<void> => {
    const params = { params: { path: { endpoint_id: endpoint.id } } };
    if (what === 'delete') await http.DELETE('/api/v1/endpoints/{endpoint_id}', params);
    else await http.POST('/api/v1/endpoints/{endpoint_id}/unpublish', params);
    host.notify(`${endpoint.method} ${endpoint.path} ${words.done}`);
    void refreshPath(queries, '/api/v1/endpoints');
  };
  return (
    <Confirm
      title={words.title}
      action={what === 'delete' ? 'Delete' : 'Unpublish'}
      onClose={props.onClose}
      onConfirm={change}
    >
      <p>
        <Route method={endpoint.method} path={endpoint.path} />
      </p>
      <p>{words.effect}</p>
    </Confirm>
  );
}
