import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { DatasourceAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Confirm, Dialog } from '../../components/Dialog';
import { Link } from '../../components/Link';
import { Loading } from '../../components/states';
import { useHost } from '../../host/host';
import { EndpointLinks, locationOf, useEndpointsOf } from '../parts/EndpointsOf';
import { useRefreshConnections } from './data';

const SHOWN = 20;

interface DeleteProps {
  one: DatasourceAnswer;
  onClose: () => void;
}

/** Deletes a connection, or tells which endpoints stand in the way. */
export function DeleteConnection(props: DeleteProps): ReactElement {
  return useMay()('endpoint', 'read') ? <LookFirst {...props} /> : <Ask {...props} />;
}

function LookFirst(props: DeleteProps): ReactElement {
  const { one, onClose } = props;
  const common = { datasource: one.name };
  const { rows, total, isPending } = useEndpointsOf(common);
  if (rows.length === 0 && !isPending) return <Ask {...props} />;
  return (
    <Dialog title={`${one.name} cannot be deleted yet`} onClose={onClose}>
      {isPending ? (
        <Loading what="the endpoints that use it" />
      ) : (
        <>
          <p>These endpoints use it. Delete them, or move them to another connection first.</p>
          <EndpointLinks endpoints={rows.slice(0, SHOWN)} />
          <p>
            <Link to={locationOf(common)}>Show all {total} in the list of endpoints</Link>
          </p>
        </>
      )}
      <footer className="dbapi-Dialog-foot">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

function Ask({ one, onClose }: DeleteProps): ReactElement {
  const { http, etag } = useApi();
  const host = useHost();
  const refresh = useRefreshConnections();
  const remove = async (): Promise<void> => {
    const tag = etag(`/api/v1/datasources/${one.id}`);
    await http.DELETE('/api/v1/datasources/{datasource_id}', {
      params: { path: { datasource_id: one.id }, header: tag ? { 'if-match': tag } : {} }
    });
    host.open('/connections');
    host.notify(`${one.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${one.name}?`}
      action="Delete the connection"
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        The platform forgets where this database is and how to log in to it. The database itself is
        not touched.
      </p>
    </Confirm>
  );
}
