import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import { Bar } from '../../../components/Page';
import { Search } from '../../../components/Search';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const STATES: Choice[] = [
  ['live', 'Live'],
  ['edited', 'Live, edited since'],
  ['draft', 'Draft'],
  ['unpublished', 'Unpublished']
];
const ACCESSES: Choice[] = [
  ['public', 'Public'],
  ['private', 'Private']
];
const SORTS: Choice[] = [
  ['-path', 'Path, from Z'],
  ['-updated_at', 'Changed last first'],
  ['updated_at', 'Changed last last']
];

type Choice = readonly [value: string, name: string];

/** The search and the filters above the list; they are kept in the location. */
export function EndpointFilters(props: {
  filters: URLSearchParams;
  onChange: (changes: Record<string, string | null>) => void;
}): ReactElement {
  const { filters, onChange } = props;
  const modules = useNames('module');
  const datasources = useNames('datasource');
  const pick = (name: string, all: string, choices: readonly Choice[]): ReactElement => (
    <select
      aria-label={all}
      value={filters.get(name) ?? ''}
      onChange={event => onChange({ [name]: event.target.value || null })}
    >
      <option value="">{all}</option>
      {choices.map(([value, title]) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </select>
  );
  return (
    <Bar>
      <Search
        label="Search paths and names"
        value={filters.get('search') ?? ''}
        onChange={search => onChange({ search: search || null })}
      />
      {modules.length > 0 && pick('module', 'All modules', modules)}
      {pick('state', 'All states', STATES)}
      {pick('access', 'Public and private', ACCESSES)}
      {pick(
        'method',
        'All methods',
        METHODS.map(method => [method, method] as const)
      )}
      {datasources.length > 0 && pick('datasource', 'All datasources', datasources)}
      {pick('sort', 'Path, from A', SORTS)}
    </Bar>
  );
}

function useNames(kind: 'module' | 'datasource'): Choice[] {
  const may = useMay();
  const { query } = useApi();
  const modules = query.useQuery('get', '/api/v1/modules', {}, { enabled: kind === 'module' });
  const isDatasource = kind === 'datasource' && may('datasource', 'read');
  const datasources = query.useQuery('get', '/api/v1/datasources', {}, { enabled: isDatasource });
  const found = kind === 'module' ? modules.data : datasources.data;
  return (found?.items ?? []).map(one => [one.name, one.name] as const);
}
