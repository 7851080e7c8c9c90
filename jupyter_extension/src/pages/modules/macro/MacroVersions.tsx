import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { MacroAnswer, MacroVersionAnswer } from '../../../api/schema';
import { Diff } from '../../../components/Diff';
import { Tag, Time } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useFilters } from '../../location';
import { languageOf } from './MacroText';

/** The text that is saved, among the versions. */
const SAVED = 'saved';

const COLUMNS: ColumnDef<MacroVersionAnswer>[] = [
  {
    accessorKey: 'number',
    header: 'Version',
    cell: ({ row: { original: one } }) => (
      <>
        {one.number} {one.is_live && <Tag tone="good">live</Tag>}
      </>
    )
  },
  { accessorKey: 'message', header: 'Message' },
  {
    accessorKey: 'created_at',
    header: 'Published',
    cell: ({ row: { original: one } }) => (
      <>
        <Time at={one.created_at} />
        {one.created_by && <span className="dbapi-Muted"> by {one.created_by}</span>}
      </>
    )
  }
];

/** A macro's versions, and where any two of them differ. */
export function MacroVersions({ macro }: { macro: MacroAnswer }): ReactElement {
  const query = useApi().query.useQuery('get', '/api/v1/macros/{macro_id}/versions', {
    params: { path: { macro_id: macro.id } }
  });
  return (
    <Loaded query={query} what="versions">
      {({ items }) =>
        items.length === 0 ? (
          <Empty icon="history" title="It was never published">
            <p>Publishing it makes the first version.</p>
          </Empty>
        ) : (
          <>
            <Compare macro={macro} versions={items} />
            <Table
              label="Versions"
              columns={COLUMNS}
              rows={items}
              idOf={one => String(one.number)}
            />
          </>
        )
      }
    </Loaded>
  );
}

function Compare(props: {
  macro: MacroAnswer;
  versions: readonly MacroVersionAnswer[];
}): ReactElement {
  const { macro, versions } = props;
  const [filters, setFilters] = useFilters();
  // Without a choice: what publishing now would change, or what the newest version changed.
  const isEdited = macro.state === 'edited';
  const to = filters.get('to') ?? (isEdited ? SAVED : String(versions[0]?.number));
  const before = isEdited ? versions[0] : (versions[1] ?? versions[0]);
  const from = filters.get('from') ?? String(before?.number);
  const textOf = (name: string): string =>
    versions.find(one => String(one.number) === name)?.content ?? macro.content;
  return (
    <>
      <div className="dbapi-Bar">
        <Choice
          label="Compare"
          value={from}
          versions={versions}
          onChange={name => setFilters({ from: name })}
        />
        <Choice
          label="with"
          value={to}
          versions={versions}
          onChange={name => setFilters({ to: name })}
        />
        {textOf(from) === textOf(to) && <span className="dbapi-Muted">They are the same.</span>}
      </div>
      <div className="dbapi-Macro-diff">
        <Diff
          before={textOf(from)}
          after={textOf(to)}
          language={languageOf(macro)}
          labels={[nameOf(from), nameOf(to)]}
        />
      </div>
    </>
  );
}

function nameOf(name: string): string {
  return name === SAVED ? 'Saved text' : `Version ${name}`;
}

function Choice(props: {
  label: string;
  value: string;
  versions: readonly MacroVersionAnswer[];
  onChange: (name: string) => void;
}): ReactElement {
  return (
    <label className="dbapi-Choice">
      <span>{props.label}</span>
      <select value={props.value} onChange={event => props.onChange(event.target.value)}>
        <option value={SAVED}>{nameOf(SAVED)}</option>
        {props.versions.map(one => (
          <option key={one.number} value={one.number}>
            {nameOf(String(one.number))}
            {one.is_live ? ' (live)' : ''}
          </option>
        ))}
      </select>
    </label>
  );
}
