import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ModuleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Bar } from '../../../components/Page';
import { Search } from '../../../components/Search';
import { count } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useHost } from '../../../host/host';
import { useFilters } from '../../location';
import { locationOf, useEndpointCount } from '../../parts/EndpointsOf';
import { ActiveTag } from './ActiveTag';
import { CreateModule } from './CreateModule';

const COLUMNS: ColumnDef<ModuleAnswer>[] = [
  {
    accessorKey: 'name',
    header: 'Module',
    cell: ({ row: { original: one } }) => <Link to={`/modules/${one.id}`}>{one.name}</Link>
  },
  { id: 'endpoints', header: 'Endpoints', cell: ({ row }) => <Count of={row.original} /> },
  {
    accessorKey: 'is_active',
    header: 'State',
    cell: ({ row }) => <ActiveTag isActive={row.original.is_active} />
  },
  { accessorKey: 'sort_order', header: 'Order' },
  { accessorKey: 'description', header: 'Description' }
];

/** All modules, in their order. */
export function ModuleList(): ReactElement {
  const [isCreating, setCreating] = useState(false);
  const may = useMay();
  const query = useApi().query.useQuery('get', '/api/v1/modules');
  const create = may('module', 'create') && (
    <Button look="accept" icon="add" onClick={() => setCreating(true)}>
      New module
    </Button>
  );
  return (
    <>
      <Loaded query={query} what="modules">
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="module" title="There is no module yet">
              <p>A module is a folder of endpoints, with permissions of its own.</p>
              {create}
            </Empty>
          ) : (
            <Modules all={items} create={create} />
          )
        }
      </Loaded>
      {isCreating && <CreateModule onClose={() => setCreating(false)} />}
    </>
  );
}

function Modules(props: {
  all: readonly ModuleAnswer[];
  create: ReactElement | false;
}): ReactElement {
  const host = useHost();
  const [filters, setFilters] = useFilters();
  const search = filters.get('search') ?? '';
  const wanted = search.toLowerCase();
  const rows = props.all.filter(one =>
    [one.name, one.description ?? ''].some(text => text.toLowerCase().includes(wanted))
  );
  return (
    <>
      <Bar>
        <Search
          label="Search modules"
          value={search}
          onChange={text => setFilters({ search: text })}
        />
        <span className="dbapi-Bar-end">{props.create}</span>
      </Bar>
      {rows.length === 0 ? (
        <Empty icon="search" title="No module fits">
          <Button onClick={() => setFilters({ search: null })}>Clear the search</Button>
        </Empty>
      ) : (
        <Table
          label="Modules"
          columns={COLUMNS}
          rows={rows}
          idOf={one => one.id}
          onOpen={one => host.open(`/modules/${one.id}`)}
        />
      )}
    </>
  );
}

function Count({ of }: { of: ModuleAnswer }): ReactElement | null {
  return useMay()('endpoint', 'read') ? <Counted module={of.name} /> : null;
}

function Counted({ module }: { module: string }): ReactElement {
  const total = useEndpointCount({ module });
  if (total === undefined) return <span className="dbapi-Muted">–</span>;
  if (total === 0) return <span className="dbapi-Muted">none</span>;
  return <Link to={locationOf({ module })}>{count(total)}</Link>;
}
