import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useMay } from '../../../api/me';
import type { RoleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Bar } from '../../../components/Page';
import { count } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { useRoles } from '../data';
import { CreateRole } from './RoleDialogs';

const COLUMNS: ColumnDef<RoleAnswer>[] = [
  {
    header: 'Role',
    accessorKey: 'name',
    cell: ({ row }) => <Link to={`/users/roles/${row.original.id}`}>{row.original.name}</Link>
  },
  { header: 'Description', accessorFn: role => role.description ?? '' },
  { header: 'Permissions', accessorFn: role => role.permissions.length },
  {
    header: 'Users',
    accessorKey: 'users',
    cell: ({ row }) => (
      <Link to={`/users?role=${encodeURIComponent(row.original.name)}`}>
        {count(row.original.users)}
      </Link>
    )
  }
];

/** All roles. */
export function RoleList(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const may = useMay();
  const host = useHost();
  const roles = useRoles();
  const make = may('role', 'create') && (
    <Button look="accept" icon="add" onClick={() => setOpen(true)}>
      New role
    </Button>
  );
  return (
    <>
      <Bar>
        <span className="dbapi-Muted">A role is a named set of permissions.</span>
        <span className="dbapi-Bar-space" />
        {make}
      </Bar>
      <Loaded query={roles} what="roles">
        {page =>
          page.items.length === 0 ? (
            <Empty icon="role" title="There is no role yet">
              {make}
            </Empty>
          ) : (
            <Table
              label="Roles"
              columns={COLUMNS}
              rows={page.items}
              idOf={row => row.id}
              onOpen={row => host.open(`/users/roles/${row.id}`)}
              isSortable
            />
          )
        }
      </Loaded>
      {isOpen && <CreateRole onClose={() => setOpen(false)} />}
    </>
  );
}
