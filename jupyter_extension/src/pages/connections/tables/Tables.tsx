import { type ReactElement, useMemo } from 'react';

import { useApi } from '../../../api/context';
import type { DatasourceAnswer, TableAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Bar } from '../../../components/Page';
import { Search } from '../../../components/Search';
import { count } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { useFilters } from '../../location';
import { idOf, rowsOf } from './rows';
import { TableDetails } from './TableDetails';
import { TableList } from './TableList';

/** The tables and views of a connection, and beside them the one that is looked at. */
export function Tables(props: { of: DatasourceAnswer }): ReactElement {
  const path = { datasource_id: props.of.id };
  const query = useApi().query.useQuery(
    'get',
    '/api/v1/datasources/{datasource_id}/tables',
    { params: { path } },
    { staleTime: 60_000 }
  );
  return (
    <Loaded query={query} what="tables">
      {({ items }) =>
        items.length === 0 ? (
          <Empty icon="table" title="There are no tables">
            <p>Or the user of this connection may not see them.</p>
          </Empty>
        ) : (
          <Found of={props.of} tables={items} onRefresh={() => void query.refetch()} />
        )
      }
    </Loaded>
  );
}

function Found(props: {
  of: DatasourceAnswer;
  tables: readonly TableAnswer[];
  onRefresh: () => void;
}): ReactElement {
  const { of, tables } = props;
  const [filters, setFilters] = useFilters();
  const search = filters.get('search') ?? '';
  const rows = useMemo(() => rowsOf(tables, search), [tables, search]);
  const shown = rows.filter(row => row.kind === 'table').length;
  const open = tables.find(table => idOf(table) === filters.get('table'));
  return (
    <>
      <Bar>
        <Search
          label="Search tables and columns"
          value={search}
          onChange={text => setFilters({ search: text })}
        />
        <span className="dbapi-Muted" role="status">
          {shown === tables.length ? count(shown) : `${count(shown)} of ${count(tables.length)}`}{' '}
          {tables.length === 1 ? 'table' : 'tables'}
        </span>
        <Button look="quiet" icon="refresh" aria-label="Look again" onClick={props.onRefresh} />
      </Bar>
      {shown === 0 ? (
        <Empty icon="search" title="No table and no column fits">
          <Button onClick={() => setFilters({ search: null })}>Clear the search</Button>
        </Empty>
      ) : (
        <div className="dbapi-Tables">
          <TableList
            rows={rows}
            open={open && idOf(open)}
            onOpen={id => setFilters({ table: id })}
          />
          {open ? (
            <TableDetails key={idOf(open)} of={of} table={open} />
          ) : (
            <Empty icon="table" title="Choose a table to see its columns" />
          )}
        </div>
      )}
    </>
  );
}
