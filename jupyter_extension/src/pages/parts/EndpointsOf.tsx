import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import type { EndpointAnswer } from '../../api/schema';
import { Link } from '../../components/Link';
import { BY_CURSOR, type Rows, useRows } from '../../components/Rows';
import { count, Route, StateTag, Time } from '../../components/small';
import { Empty, Failed, Loading } from '../../components/states';
import { Table } from '../../components/Table';
import { useHost } from '../../host/host';

/** What the endpoints have in common: their module, or the datasource that they query. */
export type Common = { module: string } | { datasource: string };

const COLUMNS: ColumnDef<EndpointAnswer>[] = [
  {
    id: 'route',
    header: 'Endpoint',
    cell: ({ row: { original: one } }) => (
      <Link to={`/endpoints/${one.id}`}>
        <Route method={one.method} path={one.path} />
      </Link>
    )
  },
  { id: 'state', header: 'State', cell: ({ row }) => <StateTag state={row.original.state} /> },
  { accessorKey: 'module', header: 'Module' },
  { accessorKey: 'datasource', header: 'Datasource' },
  { accessorKey: 'access', header: 'Access' },
  {
    id: 'updated',
    header: 'Changed',
    cell: ({ row: { original: one } }) => (
      <>
        <Time at={one.updated_at} />
        {one.updated_by && <span className="dbapi-Muted"> by {one.updated_by}</span>}
      </>
    )
  }
];

/** Where the list of endpoints shows only these. */
export function locationOf(common: Common): string {
  return `/endpoints?${new URLSearchParams(common).toString()}`;
}

/** The endpoints of a module or a datasource, as many as were asked for so far. */
export function useEndpointsOf(common: Common): Rows<EndpointAnswer> {
  const query = { ...common, limit: 100 };
  return useRows(
    useApi().query.useInfiniteQuery('get', '/api/v1/endpoints', { params: { query } }, BY_CURSOR)
  );
}

/** How many endpoints a module or a datasource has; nothing while that is not known. */
export function useEndpointCount(common: Common): number | undefined {
  const query = { ...common, limit: 1 };
  const answer = useApi().query.useQuery('get', '/api/v1/endpoints', { params: { query } });
  return answer.data?.total ?? undefined;
}

/** A table of the endpoints of a module or a datasource. */
export function EndpointsOf(props: { common: Common; empty: string }): ReactElement {
  const host = useHost();
  const list = useEndpointsOf(props.common);
  const hidden = 'module' in props.common ? 'module' : 'datasource';
  if (list.isPending) return <Loading what="endpoints" />;
  if (list.error && list.rows.length === 0) return <Failed error={list.error} retry={list.retry} />;
  if (list.rows.length === 0) return <Empty icon="endpoint" title={props.empty} />;
  const total = list.total ?? list.rows.length;
  return (
    <>
      <Table
        label="Endpoints"
        columns={COLUMNS.filter(one => !('accessorKey' in one) || one.accessorKey !== hidden)}
        rows={list.rows}
        idOf={one => one.id}
        onOpen={one => host.open(`/endpoints/${one.id}`)}
        onEnd={list.loadMore}
        total={total}
      />
      <p className="dbapi-Muted">
        {count(total)} {total === 1 ? 'endpoint' : 'endpoints'} ·{' '}
        <Link to={locationOf(props.common)}>Open in the list of endpoints</Link>
      </p>
    </>
  );
}

/** Endpoints by name, with links to them: what stands in the way, or is affected. */
export function EndpointLinks(props: {
  endpoints: readonly { id: string; method: string; path: string }[];
}): ReactElement {
  return (
    <ul className="dbapi-EndpointLinks">
      {props.endpoints.map(one => (
        <li key={one.id}>
          <Link to={`/endpoints/${one.id}`}>
            <Route method={one.method} path={one.path} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
