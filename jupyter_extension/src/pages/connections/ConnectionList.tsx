import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useMemo, useState } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { DatasourceAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Link } from '../../components/Link';
import { Bar, Page } from '../../components/Page';
import { Search } from '../../components/Search';
import { Tag } from '../../components/small';
import { Empty, Loaded } from '../../components/states';
import { Table } from '../../components/Table';
import { useHost } from '../../host/host';
import { useFilters } from '../location';
import { CreateConnection } from './CreateConnection';
import { useTests } from './data';
import { productOf } from './products';
import { TestCell } from './TestResult';
import { placeOf } from './values';

/** All connections, each tried when asked to. */
export function ConnectionList(): ReactElement {
  const may = useMay();
  const [isCreating, setCreating] = useState(false);
  const list = useApi().query.useQuery('get', '/api/v1/datasources');
  const create = may('datasource', 'create') && (
    <Button look="accept" icon="add" onClick={() => setCreating(true)}>
      New connection
    </Button>
  );
  return (
    <Page title="Connections" lead="The databases that endpoints query." actions={create}>
      <Loaded query={list} what="connections">
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="datasource" title="There is no connection yet">
              <p>A connection tells the platform where a database is and whom to log in as.</p>
              {create || <p>Ask somebody who may add connections.</p>}
            </Empty>
          ) : (
            <Connections all={items} />
          )
        }
      </Loaded>
      {isCreating && <CreateConnection onClose={() => setCreating(false)} />}
    </Page>
  );
}

function Connections(props: { all: readonly DatasourceAnswer[] }): ReactElement {
  const host = useHost();
  const may = useMay();
  const mayTest = props.all.some(({ id }) => may('datasource', 'execute', { id }));
  const columns = useColumns().filter(({ id }) => id !== 'test' || mayTest);
  const [filters, setFilters] = useFilters();
  const search = filters.get('search') ?? '';
  const rows = props.all.filter(one => isFound(one, search.toLowerCase()));
  return (
    <>
      <Bar>
        <Search
          label="Search connections"
          value={search}
          onChange={text => setFilters({ search: text })}
        />
      </Bar>
      {rows.length === 0 ? (
        <Empty icon="search" title="No connection fits">
          <Button onClick={() => setFilters({ search: null })}>Clear the search</Button>
        </Empty>
      ) : (
        <Table
          label="Connections"
          columns={columns}
          rows={rows}
          idOf={one => one.id}
          onOpen={one => host.open(`/connections/${one.id}`)}
          isSortable
        />
      )}
    </>
  );
}

function isFound(one: DatasourceAnswer, search: string): boolean {
  const texts = [one.name, productOf(one.product_type).name, placeOf(one), one.description ?? ''];
  return texts.some(text => text.toLowerCase().includes(search));
}

function useColumns(): ColumnDef<DatasourceAnswer>[] {
  const may = useMay();
  const [outcomes, test] = useTests();
  return useMemo(
    () => [
      {
        accessorKey: 'name',
        header: 'Name',
        cell: ({ row: { original: one } }) => <Link to={`/connections/${one.id}`}>{one.name}</Link>
      },
      { id: 'product', header: 'Product', accessorFn: one => productOf(one.product_type).name },
      {
        id: 'place',
        header: 'Database',
        accessorFn: placeOf,
        cell: ({ row }) => <code>{placeOf(row.original)}</code>
      },
      {
        accessorKey: 'read_only',
        header: 'Access',
        cell: ({ row }) => <AccessTag isReadOnly={row.original.read_only} />
      },
      { accessorKey: 'description', header: 'Description' },
      {
        id: 'test',
        header: 'Connection',
        enableSorting: false,
        cell: ({ row: { original: one } }) =>
          may('datasource', 'execute', { id: one.id }) && (
            <TestCell name={one.name} outcome={outcomes[one.id]} onTest={() => void test(one.id)} />
          )
      }
    ],
    [may, outcomes, test]
  );
}

/** Whether the platform lets statements write. */
export function AccessTag(props: { isReadOnly: boolean }): ReactElement {
  return props.isReadOnly ? (
    <Tag tone="good">read only</Tag>
  ) : (
    <Tag tone="attention">may write</Tag>
  );
}
