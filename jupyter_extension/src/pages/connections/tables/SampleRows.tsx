import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useMemo, useState } from 'react';

import type { DatasourceAnswer, SampleAnswer, TableAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useSample } from './sample';

/** Some rows of a table, when they are asked for. */
export function SampleRows(props: { of: DatasourceAnswer; table: TableAnswer }): ReactElement {
  const [isWanted, setWanted] = useState(false);
  const query = useSample(props.of, props.table, isWanted);
  if (!isWanted) {
    return (
      <p>
        <Button icon="table" onClick={() => setWanted(true)}>
          Show sample rows
        </Button>
      </p>
    );
  }
  return (
    <div className="dbapi-Sample">
      <Loaded query={query} what="sample rows">
        {sample => <Rows name={props.table.name} sample={sample} />}
      </Loaded>
    </div>
  );
}

type Row = { id: string; values: unknown[] };

function Rows(props: { name: string; sample: SampleAnswer }): ReactElement {
  const { columns, rows, truncated } = props.sample;
  const heads = useMemo(
    () =>
      columns.map<ColumnDef<Row>>((column, index) => ({
        id: String(index),
        header: column.name,
        cell: ({ row }) => <Value value={row.original.values[index]} />
      })),
    [columns]
  );
  const lines = useMemo(() => rows.map((values, index) => ({ id: String(index), values })), [rows]);
  if (rows.length === 0) return <Empty title="The table is empty" />;
  return (
    <>
      <Table label={`Rows of ${props.name}`} columns={heads} rows={lines} idOf={row => row.id} />
      <p className="dbapi-Muted">
        {truncated ? `The first ${rows.length} rows; there are more.` : `All ${rows.length} rows.`}
      </p>
    </>
  );
}

function Value({ value }: { value: unknown }): ReactElement {
  if (value === null) return <span className="dbapi-Muted">null</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return <span title={text}>{text}</span>;
}
