import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useMemo } from 'react';

import { useApi } from '../api/context';
import type { SampleAnswer } from '../api/schema';
import { Dialog } from '../components/Dialog';
import { Empty, Loaded } from '../components/states';
import { Table } from '../components/Table';
import type { DatasourceFacts } from './nodes';

const LIMIT = 50;

/** The first rows of a table. */
export default function SampleDialog(props: {
  datasource: DatasourceFacts;
  schema: string;
  table: string;
  onClose: () => void;
}): ReactElement {
  const { datasource, schema, table } = props;
  const { query } = useApi();
  const sample = query.useQuery(
    'get',
    '/api/v1/datasources/{datasource_id}/sample',
    {
      params: { path: { datasource_id: datasource.id }, query: { schema, table, limit: LIMIT } }
    },
    // Rows are looked at now: what they were before is of no use.
    { gcTime: 0, staleTime: 0, retry: false }
  );
  return (
    <Dialog title={`${table} in ${datasource.name}`} onClose={props.onClose} isWide>
      <div className="dbapi-Sample">
        <Loaded query={sample} what="sample rows">
          {found => <Rows sample={found} label={`Sample rows of ${table}`} />}
        </Loaded>
      </div>
    </Dialog>
  );
}

type Row = SampleAnswer['rows'][number];

function Rows({ sample, label }: { sample: SampleAnswer; label: string }): ReactElement {
  const rows = useMemo(() => sample.rows.map((values, index) => ({ index, values })), [sample]);
  const columns = useMemo(
    () =>
      sample.columns.map(({ name, type }, index): ColumnDef<{ index: number; values: Row }> => ({
        id: `${index}`,
        header: () => <span title={type}>{name}</span>,
        cell: ({ row }) => <Value value={row.original.values[index]} />
      })),
    [sample]
  );
  if (rows.length === 0) return <Empty icon="table" title="The table has no rows" />;
  return (
    <>
      <Table label={label} columns={columns} rows={rows} idOf={row => `${row.index}`} />
      <p className="dbapi-Muted">
        {sample.truncated
          ? `The first ${rows.length} rows; there are more.`
          : `All ${rows.length} rows.`}
      </p>
    </>
  );
}

function Value({ value }: { value: unknown }): ReactElement {
  if (value === null || value === undefined) return <span className="dbapi-Muted">null</span>;
  return <>{typeof value === 'string' ? value : JSON.stringify(value)}</>;
}
