import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import { Link } from '../../components/Link';
import { Route } from '../../components/small';

/** The client that a rule is for. */
export function ScopeClient(props: { id: string | null }): ReactElement {
  const { id } = props;
  const client = useApi().query.useQuery(
    'get',
    '/api/v1/clients/{client_id}',
    { params: { path: { client_id: id ?? '' } } },
    { enabled: id !== null }
  );
  if (id === null) return <span className="dbapi-Muted">all</span>;
  if (client.isError) return <span title={id}>one that you may not see</span>;
  return <Link to={`/clients/${id}`}>{client.data?.name ?? '…'}</Link>;
}

/** The endpoint that a rule is for. */
export function ScopeEndpoint(props: { id: string | null }): ReactElement {
  const { id } = props;
  const endpoint = useApi().query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}',
    { params: { path: { endpoint_id: id ?? '' } } },
    { enabled: id !== null }
  );
  if (id === null) return <span className="dbapi-Muted">all</span>;
  if (endpoint.isError) return <span title={id}>one that you may not see</span>;
  if (!endpoint.data) return <>…</>;
  return (
    <Link to={`/endpoints/${id}`}>
      <Route method={endpoint.data.method} path={endpoint.data.path} />
    </Link>
  );
}
