import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Bar } from '../../../components/Page';
import { BY_CURSOR, Listed, useRows } from '../../../components/Rows';
import { Search } from '../../../components/Search';
import { count } from '../../../components/small';
import { Empty } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { useFilters } from '../../location';
import { ActiveTag } from '../ActiveTag';
import { CreateGroup } from './GroupDialogs';

const PAGE = 100;

const COLUMNS: ColumnDef<GroupAnswer>[] = [
  {
    header: 'Group',
    cell: ({ row }) => <Link to={`/clients/groups/${row.original.id}`}>{row.original.name}</Link>
  },
  { header: 'State', cell: ({ row }) => <ActiveTag isActive={row.original.is_active} /> },
  { header: 'Description', cell: ({ row }) => row.original.description ?? '' },
  { header: 'Endpoints', cell: ({ row }) => count(row.original.endpoints.length) },
  { header: 'Clients', cell: ({ row }) => count(row.original.clients) }
];

/** The groups, to be searched by name. */
export function GroupList(): ReactElement {
  const [filters, change] = useFilters();
  const [isOpen, setOpen] = useState(false);
  const may = useMay();
  const host = useHost();
  const search = filters.get('search') ?? '';
  const list = useRows(
    useApi().query.useInfiniteQuery(
      'get',
      '/api/v1/groups',
      { params: { query: { limit: PAGE, search: search || null } } },
      BY_CURSOR
    )
  );
  const make = may('group', 'create') && (
    <Button look="accept" icon="add" onClick={() => setOpen(true)}>
      New group
    </Button>
  );
  return (
    <>
      <Bar>
        <Search label="Search groups" value={search} onChange={text => change({ search: text })} />
        <span className="dbapi-Bar-space" />
        {make}
      </Bar>
      <Listed
        list={list}
        names={['group', 'groups']}
        isNarrowed={search !== ''}
        onClear={() => change({ search: null })}
        first={
          <Empty icon="client" title="There is no group yet">
            <p>A group is a set of endpoints that its clients may all call.</p>
            {make}
          </Empty>
        }
      >
        {rows => (
          <Table
            label="Groups"
            columns={COLUMNS}
            rows={rows}
            idOf={row => row.id}
            onOpen={row => host.open(`/clients/groups/${row.id}`)}
            onEnd={list.loadMore}
          />
        )}
      </Listed>
      {isOpen && <CreateGroup onClose={() => setOpen(false)} />}
    </>
  );
}
