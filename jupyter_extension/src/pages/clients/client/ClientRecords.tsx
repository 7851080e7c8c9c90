import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { ClientAnswer, NamedRecordAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Section } from '../../../components/Page';
import { milliseconds, Route, StatusTag, Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useRecords } from './records';

const COLUMNS: ColumnDef<NamedRecordAnswer>[] = [
  { header: 'When', cell: ({ row }) => <Time at={row.original.created_at} /> },
  { header: 'Status', cell: ({ row }) => <StatusTag status={row.original.status} /> },
  {
    header: 'Request',
    cell: ({ row }) => <Route method={row.original.method} path={row.original.path} />
  },
  { header: 'Duration', cell: ({ row }) => milliseconds(row.original.duration_ms) },
  { header: 'Error', cell: ({ row }) => row.original.error_code ?? '' },
  { header: 'From', cell: ({ row }) => row.original.ip_address ?? '' }
];

/** What a client called last. */
export function ClientRecords({ client }: { client: ClientAnswer }): ReactElement {
  const records = useRecords(client.id);
  return (
    <Section
      title="Last calls"
      actions={<Link to={`/records?client_id=${client.id}`}>All its access records</Link>}
    >
      <Loaded query={records} what="its last calls">
        {page =>
          page.items.length === 0 ? (
            <p className="dbapi-Muted">It has not called in the last 30 days.</p>
          ) : (
            <Table
              label="Last calls"
              columns={COLUMNS}
              rows={page.items}
              idOf={row => String(row.id)}
            />
          )
        }
      </Loaded>
    </Section>
  );
}
