import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useMemo } from 'react';

import type { AffectedAnswer, RowsAnswer, ValueAnswer } from '../../../api/schema';
import { count } from '../../../components/small';
import { Table } from '../../../components/Table';
import { Json } from './TriedView';

type Row = readonly [place: number, values: readonly unknown[]];

/** One result of a run: rows, how many were affected, or a value. */
export function ResultView(props: {
  result: RowsAnswer | AffectedAnswer | ValueAnswer;
  data: unknown;
}): ReactElement {
  const { result, data } = props;
  if (result.kind === 'affected') {
    return (
      <p>
        {count(result.count)} {result.count === 1 ? 'row was' : 'rows were'} affected.
      </p>
    );
  }
  if (result.kind === 'rows') return <Rows result={result} />;
  const rows = asRows(data);
  return rows ? <Rows result={rows} /> : <Json label="The value" value={data} />;
}

function Rows({ result }: { result: RowsAnswer }): ReactElement {
  const columns = useMemo(
    () =>
      result.columns.map((name, index): ColumnDef<Row> => ({
        // Two columns may have one name.
        id: `${index}`,
        header: name,
        accessorFn: row => row[1][index],
        cell: ({ row }) => <Value value={row.original[1][index]} />
      })),
    [result]
  );
  const rows = useMemo(() => result.rows.map((values, place): Row => [place, values]), [result]);
  if (result.columns.length === 0 || rows.length === 0) {
    return <p className="dbapi-Muted">No rows. Columns: {result.columns.join(', ') || 'none'}</p>;
  }
  return (
    <div className="dbapi-Try-rows">
      {result.truncated && (
        <p className="dbapi-Problem">
          There are more rows than the endpoint’s limit: only {count(rows.length)} are answered.
        </p>
      )}
      <Table label="Rows" columns={columns} rows={rows} idOf={row => String(row[0])} isSortable />
    </div>
  );
}

function Value({ value }: { value: unknown }): ReactElement {
  if (value === null || value === undefined) return <span className="dbapi-Muted">NULL</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return <span title={text.length > 40 ? text : undefined}>{text}</span>;
}

/** A list of objects, as a script answers it, is read better as a table. */
function asRows(data: unknown): RowsAnswer | null {
  if (!Array.isArray(data) || data.length === 0 || !data.every(isRecord)) return null;
  const columns = [...new Set(data.flatMap(row => Object.keys(row)))];
  const rows = data.map(row => columns.map(name => row[name]));
  return { kind: 'rows', columns, rows, truncated: false };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
