import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { NamedRecordAnswer, EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Chart } from '../../../components/Chart';
import { Link } from '../../../components/Link';
import { Bar } from '../../../components/Page';
import { milliseconds, StatusTag, Time } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useFilters } from '../../location';
import { RecordFacts } from './RecordFacts';

const LAST = 200;
const STATUSES = ['2xx', '4xx', '5xx', '400', '401', '403', '404', '429', '500', '504'];

const COLUMNS: ColumnDef<NamedRecordAnswer>[] = [
  { id: 'at', header: 'When', cell: ({ row }) => <Time at={row.original.created_at} /> },
  {
    id: 'status',
    header: 'Status',
    cell: ({ row }) => <StatusTag status={row.original.status} />
  },
  { id: 'path', header: 'Path', cell: ({ row }) => <code>{row.original.path}</code> },
  { id: 'took', header: 'Took', cell: ({ row }) => milliseconds(row.original.duration_ms) },
  { id: 'rows', header: 'Rows', cell: ({ row }) => row.original.rows ?? '–' },
  { id: 'version', header: 'Version', cell: ({ row }) => row.original.version ?? '–' },
  { id: 'ip', header: 'Address', cell: ({ row }) => row.original.ip_address ?? '–' },
  {
    id: 'error',
    header: 'Error',
    cell: ({ row }) => row.original.error ?? row.original.error_code ?? '–'
  }
];

/** The last calls of the endpoint. */
export function LogsTab({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const [filters, change] = useFilters();
  const status = filters.get('status') ?? '';
  const records = useApi().query.useQuery('get', '/api/v1/access-records', {
    params: {
      query: { endpoint_id: endpoint.id, limit: LAST, ...(status && { status }) }
    }
  });
  const all = `/records?${new URLSearchParams({
    endpoint_id: endpoint.id,
    ...(status && { status })
  }).toString()}`;
  return (
    <>
      <Bar>
        <select
          aria-label="Status"
          value={status}
          onChange={event => change({ status: event.target.value || null })}
        >
          <option value="">All statuses</option>
          {STATUSES.map(one => (
            <option key={one}>{one}</option>
          ))}
        </select>
        <Button icon="refresh" isBusy={records.isFetching} onClick={() => void records.refetch()}>
          Refresh
        </Button>
        <Link to={all}>Open in access logs</Link>
      </Bar>
      <Loaded query={records} what="access records">
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              icon="logs"
              title={status ? `No call ended with ${status}` : 'Nobody called it yet'}
            >
              {status && <Button onClick={() => change({ status: null })}>All statuses</Button>}
            </Empty>
          ) : (
            <Records records={items} />
          )
        }
      </Loaded>
    </>
  );
}

function Records({ records }: { records: readonly NamedRecordAnswer[] }): ReactElement {
  const [openId, setOpen] = useState<number | null>(null);
  const open = records.find(record => record.id === openId);
  const points = records.toReversed().map(record => ({
    label: new Date(record.created_at).toLocaleTimeString(),
    took: record.duration_ms
  }));
  return (
    <>
      <div className="dbapi-Card dbapi-Endpoint-latency">
        <h2>How long the last {records.length} calls took</h2>
        <Chart
          label={`How long the last ${records.length} calls took, in milliseconds`}
          kind="bar"
          unit="ms"
          height={140}
          points={points}
          series={[{ key: 'took', name: 'Took (ms)', color: 'var(--jp-brand-color1)' }]}
        />
      </div>
      {open && <RecordFacts record={open} onClose={() => setOpen(null)} />}
      <Table
        label="Last calls"
        columns={COLUMNS}
        rows={records}
        idOf={record => String(record.id)}
        selected={openId === null ? '' : String(openId)}
        onOpen={record => setOpen(record.id === openId ? null : record.id)}
      />
    </>
  );
}
