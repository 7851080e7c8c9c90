import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { MacroAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Bar } from '../../../components/Page';
import { Search } from '../../../components/Search';
import { Empty, Loaded } from '../../../components/states';
import { useFilters } from '../../location';
import { CreateMacro } from './CreateMacro';
import { MacroTable } from './MacroTable';

/** Stands in the location for the macros that are for all modules. */
const GLOBAL = '*';

/** All macros, global ones first. */
export function MacroList(): ReactElement {
  const may = useMay();
  const [isCreating, setCreating] = useState(false);
  const query = useApi().query.useQuery('get', '/api/v1/macros');
  const create = may('macro', 'create') && may('macro', 'update') && (
    <Button look="accept" icon="add" onClick={() => setCreating(true)}>
      New macro
    </Button>
  );
  return (
    <>
      <Loaded query={query} what="macros">
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="macro" title="There is no macro yet">
              <p>A macro is a piece of SQL or Python that several endpoints share.</p>
              {create || <p>A cell that begins with %%dbapi macro makes one.</p>}
            </Empty>
          ) : (
            <Macros all={items} create={create} />
          )
        }
      </Loaded>
      {isCreating && <CreateMacro onClose={() => setCreating(false)} />}
    </>
  );
}

function Macros(props: {
  all: readonly MacroAnswer[];
  create: ReactElement | false;
}): ReactElement {
  const [filters, setFilters] = useFilters();
  const search = filters.get('search') ?? '';
  const module = filters.get('module');
  const modules = [...new Set(props.all.map(one => one.module ?? GLOBAL))];
  const rows = props.all.filter(
    one => (!module || (one.module ?? GLOBAL) === module) && isFound(one, search.toLowerCase())
  );
  return (
    <>
      <Bar>
        <Search
          label="Search names, descriptions and texts"
          value={search}
          onChange={text => setFilters({ search: text })}
        />
        <select
          aria-label="For"
          value={module ?? ''}
          onChange={event => setFilters({ module: event.target.value })}
        >
          <option value="">Any module</option>
          {modules.map(name => (
            <option key={name} value={name}>
              {name === GLOBAL ? 'For all modules' : name}
            </option>
          ))}
        </select>
        <span className="dbapi-Bar-end">{props.create}</span>
      </Bar>
      {rows.length === 0 ? (
        <Empty icon="search" title="No macro fits">
          <Button onClick={() => setFilters({ search: null, module: null })}>
            Clear the search
          </Button>
        </Empty>
      ) : (
        <MacroTable macros={rows} />
      )}
    </>
  );
}

function isFound(one: MacroAnswer, search: string): boolean {
  return [one.name, one.description ?? '', one.content].some(text =>
    text.toLowerCase().includes(search)
  );
}
