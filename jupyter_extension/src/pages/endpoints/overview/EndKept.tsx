import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Problem } from '../../../components/states';
import { useHost } from '../../../host/host';

/** Lets no kept answer serve any more, for when the data has changed. */
export function EndKept({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const { query } = useApi();
  const host = useHost();
  const purge = query.useMutation('post', '/api/v1/endpoints/{endpoint_id}/purge', {
    onSuccess: () => host.notify(`What was kept of ${endpoint.method} ${endpoint.path} has ended`)
  });
  return (
    <>
      <Problem error={purge.error} />
      <Button
        isBusy={purge.isPending}
        onClick={() => purge.mutate({ params: { path: { endpoint_id: endpoint.id } } })}
      >
        End kept answers
      </Button>
    </>
  );
}
