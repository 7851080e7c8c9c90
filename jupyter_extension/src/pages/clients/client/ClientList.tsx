import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ClientAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Bar } from '../../../components/Page';
import { BY_CURSOR, Listed, useRows } from '../../../components/Rows';
import { Search } from '../../../components/Search';
import { count, Time } from '../../../components/small';
import { Empty } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { useFilters } from '../../location';
import { ActiveTag } from '../ActiveTag';
import { CreateClient } from './CreateClient';

const PAGE = 100;

const COLUMNS: ColumnDef<ClientAnswer>[] = [
  {
    header: 'Client',
    cell: ({ row }) => <Link to={`/clients/${row.original.id}`}>{row.original.name}</Link>
  },
  { header: 'State', cell: ({ row }) => <ActiveTag isActive={row.original.is_active} /> },
  { header: 'Description', cell: ({ row }) => row.original.description ?? '' },
  { header: 'Limits', cell: ({ row }) => limitsOf(row.original) },
  { header: 'Groups', cell: ({ row }) => row.original.groups.map(one => one.name).join(', ') },
  { header: 'Own endpoints', cell: ({ row }) => count(row.original.endpoints.length) },
  { header: 'Made', cell: ({ row }) => <Time at={row.original.created_at} /> }
];

function limitsOf(client: ClientAnswer): string {
  const limits: string[] = [];
  if (client.rate_limit_per_minute !== null)
    limits.push(`${count(client.rate_limit_per_minute)}/min`);
  if (client.max_concurrent !== null) limits.push(`${count(client.max_concurrent)} at once`);
  return limits.join(', ') || 'platform’s own';
}

/** The clients, to be searched by name. */
export function ClientList(): ReactElement {
  const [filters, change] = useFilters();
  const [isOpen, setOpen] = useState(false);
  const may = useMay();
  const host = useHost();
  const search = filters.get('search') ?? '';
  const list = useRows(
    useApi().query.useInfiniteQuery(
      'get',
      '/api/v1/clients',
      { params: { query: { limit: PAGE, search: search || null } } },
      BY_CURSOR
    )
  );
  const make = may('client', 'create') && (
    <Button look="accept" icon="add" onClick={() => setOpen(true)}>
      New client
    </Button>
  );
  return (
    <>
      <Bar>
        <Search label="Search clients" value={search} onChange={text => change({ search: text })} />
        <span className="dbapi-Bar-space" />
        {make}
      </Bar>
      <Listed
        list={list}
        names={['client', 'clients']}
        isNarrowed={search !== ''}
        onClear={() => change({ search: null })}
        first={
          <Empty icon="client" title="There is no client yet">
            <p>A client is a program with an id and a secret that calls private endpoints.</p>
            {make}
          </Empty>
        }
      >
        {rows => (
          <Table
            label="Clients"
            columns={COLUMNS}
            rows={rows}
            idOf={row => row.id}
            onOpen={row => host.open(`/clients/${row.id}`)}
            onEnd={list.loadMore}
          />
        )}
      </Listed>
      {isOpen && <CreateClient onClose={() => setOpen(false)} />}
    </>
  );
}
