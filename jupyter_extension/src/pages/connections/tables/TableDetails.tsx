import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useMay } from '../../../api/me';
import type { DatasourceAnswer, TableAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Copy, Tag } from '../../../components/small';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { selectOf, tableCell } from '../../../texts/tableText';
import { SampleRows } from './SampleRows';

type Column = TableAnswer['columns'][number];

const COLUMNS: ColumnDef<Column>[] = [
  { accessorKey: 'name', header: 'Column', cell: ({ row }) => <code>{row.original.name}</code> },
  { accessorKey: 'type', header: 'Type', cell: ({ row }) => <code>{row.original.type}</code> },
  {
    accessorKey: 'nullable',
    header: 'May be null',
    cell: ({ row }) => (row.original.nullable ? 'yes' : 'no')
  }
];

/** A table's columns, some of its rows, and a statement to begin with. */
export function TableDetails(props: { of: DatasourceAnswer; table: TableAnswer }): ReactElement {
  const { of, table } = props;
  const host = useHost();
  const may = useMay();
  const { notebooks } = host;
  const insert = (): void => {
    notebooks?.insertCells(tableCell(of, table));
    host.notify(`A cell that reads ${table.name} was added`);
  };
  return (
    <section className="dbapi-TableDetails" aria-label={table.name}>
      <header>
        <h2>
          <span className="dbapi-Muted">{table.schema}.</span>
          {table.name}
        </h2>
        <Tag>{table.kind}</Tag>
        <span className="dbapi-TableDetails-actions">
          {notebooks && (
            <Button icon="add" onClick={insert}>
              Insert SELECT into a cell
            </Button>
          )}
          <Copy text={selectOf(of, table)} label="Copy a SELECT" />
        </span>
      </header>
      <Table
        label={`Columns of ${table.name}`}
        columns={COLUMNS}
        rows={table.columns}
        idOf={column => column.name}
        isSortable
      />
      {may('datasource', 'execute', { id: of.id }) && <SampleRows of={of} table={table} />}
    </section>
  );
}
