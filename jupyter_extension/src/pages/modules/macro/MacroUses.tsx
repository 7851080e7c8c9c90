import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { MacroAnswer, MacroUseAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Route, Tag } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';

const COLUMNS: ColumnDef<MacroUseAnswer>[] = [
  {
    id: 'route',
    header: 'Endpoint',
    cell: ({ row: { original: one } }) => (
      <Link to={`/endpoints/${one.id}`}>
        <Route method={one.method} path={one.path} />
      </Link>
    )
  },
  { accessorKey: 'version', header: 'Has version' },
  {
    accessorKey: 'lagging',
    header: 'State',
    cell: ({ row }) =>
      row.original.lagging ? <Tag tone="attention">behind</Tag> : <Tag tone="good">up to date</Tag>
  }
];

/** The published endpoints that a macro is in, and which of them have an older text. */
export function MacroUses({ macro }: { macro: MacroAnswer }): ReactElement {
  const host = useHost();
  const query = useApi().query.useQuery('get', '/api/v1/macros/{macro_id}/endpoints', {
    params: { path: { macro_id: macro.id } }
  });
  return (
    <Loaded query={query} what="endpoints">
      {({ items }) =>
        items.length === 0 ? (
          <Empty icon="endpoint" title="No published endpoint uses this macro">
            <p>Templates and scripts call it by name once it is published.</p>
          </Empty>
        ) : (
          <>
            {items.some(one => one.lagging) && (
              <p className="dbapi-Muted">
                Who is behind has an older text: run its cell and publish it again.
              </p>
            )}
            <Table
              label="Endpoints that the macro is in"
              columns={COLUMNS}
              rows={items}
              idOf={one => one.id}
              onOpen={one => host.open(`/endpoints/${one.id}`)}
              isSortable
            />
          </>
        )
      }
    </Loaded>
  );
}
