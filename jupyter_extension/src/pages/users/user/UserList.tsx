import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { UserAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { BY_CURSOR, Listed, useRows } from '../../../components/Rows';
import { Time } from '../../../components/small';
import { Empty } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { useFilters } from '../../location';
import { CreateUser } from './CreateUser';
import { UserFilters } from './UserFilters';
import { UserTags } from './UserTags';

const PAGE = 100;
const FILTERS = ['search', 'role', 'active'];

const COLUMNS: ColumnDef<UserAnswer>[] = [
  {
    header: 'User',
    cell: ({ row }) => <Link to={`/users/${row.original.id}`}>{row.original.username}</Link>
  },
  { header: 'Name', cell: ({ row }) => row.original.full_name ?? '' },
  { header: 'E-mail', cell: ({ row }) => row.original.email ?? '' },
  { header: 'State', cell: ({ row }) => <UserTags user={row.original} /> },
  { header: 'Roles', cell: ({ row }) => row.original.roles.join(', ') },
  { header: 'Last login', cell: ({ row }) => <Time at={row.original.last_login_at} /> }
];

const ACTIVE: Record<string, boolean> = { yes: true, no: false };

/** The users, to be searched and narrowed. */
export function UserList(): ReactElement {
  const [filters, change] = useFilters();
  const [isOpen, setOpen] = useState(false);
  const may = useMay();
  const host = useHost();
  const query = {
    limit: PAGE,
    search: filters.get('search'),
    role: filters.get('role'),
    is_active: ACTIVE[filters.get('active') ?? ''] ?? null
  };
  const list = useRows(
    useApi().query.useInfiniteQuery('get', '/api/v1/users', { params: { query } }, BY_CURSOR)
  );
  const make = may('user', 'create') && (
    <Button look="accept" icon="add" onClick={() => setOpen(true)}>
      New user
    </Button>
  );
  return (
    <>
      <UserFilters filters={filters} onChange={change}>
        {make}
      </UserFilters>
      <Listed
        list={list}
        names={['user', 'users']}
        isNarrowed={FILTERS.some(name => filters.has(name))}
        onClear={() => change(Object.fromEntries(FILTERS.map(name => [name, null])))}
        first={
          <Empty icon="role" title="There is no user yet">
            {make}
          </Empty>
        }
      >
        {rows => (
          <Table
            label="Users"
            columns={COLUMNS}
            rows={rows}
            idOf={row => row.id}
            onOpen={row => host.open(`/users/${row.id}`)}
            onEnd={list.loadMore}
          />
        )}
      </Listed>
      {isOpen && <CreateUser onClose={() => setOpen(false)} />}
    </>
  );
}
