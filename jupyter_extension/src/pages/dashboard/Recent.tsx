import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { NamedRecordAnswer, OverviewAnswer } from '../../api/schema';
import { Link } from '../../components/Link';
import { Section } from '../../components/Page';
import { milliseconds, Route, StatusTag, Time } from '../../components/small';
import { Table } from '../../components/Table';
import { useHost } from '../../host/host';
import { at, endpointAt } from '../locations';

type RecentVersion = OverviewAnswer['recent_versions'][number];

const ACCESS: ColumnDef<NamedRecordAnswer>[] = [
  { header: 'When', size: 120, cell: ({ row }) => <Time at={row.original.created_at} /> },
  { header: 'Status', size: 84, cell: ({ row }) => <StatusTag status={row.original.status} /> },
  {
    header: 'Request',
    cell: ({ row }) => <Route method={row.original.method} path={row.original.path} />
  },
  { header: 'Client', size: 130, cell: ({ row }) => row.original.client ?? '–' },
  { header: 'Took', size: 84, cell: ({ row }) => milliseconds(row.original.duration_ms) }
];

const VERSIONS: ColumnDef<RecentVersion>[] = [
  { header: 'When', size: 120, cell: ({ row }) => <Time at={row.original.created_at} /> },
  {
    header: 'Endpoint',
    cell: ({ row }) => <Route method={row.original.method} path={row.original.path} />
  },
  {
    header: 'Version',
    size: 96,
    cell: ({ row: { original: one } }) => (
      <>
        {one.number}
        {one.created_by && <span className="dbapi-Muted"> by {one.created_by}</span>}
      </>
    )
  }
];

/** What happened last: requests, and versions that were published. */
export function Recent({ overview }: { overview: OverviewAnswer }): ReactElement {
  const host = useHost();
  const { recent_access: access, recent_versions: versions } = overview;
  return (
    <div className="dbapi-Grid dbapi-mod-wideFirst">
      {access.length > 0 && (
        <Section title="Recent access" actions={<Link to="/records">All access logs</Link>}>
          <Table
            label="Recent access"
            columns={ACCESS}
            rows={access}
            idOf={one => String(one.id)}
            onOpen={one => host.open(at('/records', { record: String(one.id) }))}
            isFixed
          />
        </Section>
      )}
      <Section title="Recent versions">
        {versions.length === 0 ? (
          <p className="dbapi-Muted">Nothing was published yet.</p>
        ) : (
          <Table
            label="Recent versions"
            columns={VERSIONS}
            rows={versions}
            idOf={one => `${one.endpoint_id} ${one.number}`}
            onOpen={one => host.open(endpointAt(one.endpoint_id, 'versions'))}
            isFixed
          />
        )}
      </Section>
    </div>
  );
}
