import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { MacroAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { StateTag, Time } from '../../../components/small';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';

/** What the languages of macros are called. */
export const LANGUAGES: Readonly<Record<string, string>> = { sql: 'SQL', python: 'Python' };

const COLUMNS: ColumnDef<MacroAnswer>[] = [
  {
    accessorKey: 'name',
    header: 'Macro',
    cell: ({ row: { original: one } }) => <Link to={`/modules/macros/${one.id}`}>{one.name}</Link>
  },
  {
    id: 'module',
    header: 'For',
    accessorFn: one => one.module ?? '',
    cell: ({ row }) => row.original.module ?? <span className="dbapi-Muted">all modules</span>
  },
  {
    id: 'language',
    header: 'Language',
    accessorFn: one => LANGUAGES[one.language] ?? one.language
  },
  {
    accessorKey: 'state',
    header: 'State',
    cell: ({ row }) => <StateTag state={row.original.state} />
  },
  {
    accessorKey: 'live_version',
    header: 'Live version',
    cell: ({ row }) => row.original.live_version ?? <span className="dbapi-Muted">none</span>
  },
  {
    accessorKey: 'updated_at',
    header: 'Changed',
    cell: ({ row: { original: one } }) => (
      <>
        <Time at={one.updated_at} />
        {one.updated_by && <span className="dbapi-Muted"> by {one.updated_by}</span>}
      </>
    )
  },
  { accessorKey: 'description', header: 'Description' }
];

/** A table of macros. */
export function MacroTable(props: { macros: readonly MacroAnswer[] }): ReactElement {
  const host = useHost();
  return (
    <Table
      label="Macros"
      columns={COLUMNS}
      rows={props.macros}
      idOf={one => one.id}
      onOpen={one => host.open(`/modules/macros/${one.id}`)}
      isSortable
    />
  );
}
