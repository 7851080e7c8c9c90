import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { EndpointAnswer } from '../../../api/schema';
import { Route, StateTag, Tag, Time } from '../../../components/small';
import { Table } from '../../../components/Table';

type Row = EndpointAnswer;

const COLUMNS: ColumnDef<Row>[] = [
  {
    id: 'route',
    header: 'Route',
    cell: ({ row }) => <Route method={row.original.method} path={row.original.path} />
  },
  {
    id: 'name',
    header: 'Name',
    cell: ({ row }) => (
      <span title={row.original.description ?? undefined}>
        {row.original.name ?? (
          <span className="dbapi-Muted">{row.original.description ?? '–'}</span>
        )}
      </span>
    )
  },
  { id: 'module', header: 'Module', cell: ({ row }) => row.original.module },
  { id: 'state', header: 'State', cell: ({ row }) => <StateTag state={row.original.state} /> },
  {
    id: 'version',
    header: 'Live version',
    cell: ({ row }) => row.original.live_version ?? <span className="dbapi-Muted">none</span>
  },
  {
    id: 'access',
    header: 'Access',
    cell: ({ row }) => (
      <Tag tone={row.original.access === 'public' ? 'info' : 'neutral'}>{row.original.access}</Tag>
    )
  },
  {
    id: 'updated',
    header: 'Updated',
    cell: ({ row }) => (
      <>
        <Time at={row.original.updated_at} />
        {row.original.updated_by && (
          <span className="dbapi-Muted"> by {row.original.updated_by}</span>
        )}
      </>
    )
  }
];

/** Endpoints, a line each. */
export function EndpointTable(props: {
  rows: readonly Row[];
  total: number | undefined;
  onEnd: () => void;
  onOpen: (row: Row) => void;
}): ReactElement {
  return (
    <div className="dbapi-Endpoint-list">
      <Table label="Endpoints" columns={COLUMNS} idOf={row => row.id} {...props} />
    </div>
  );
}
