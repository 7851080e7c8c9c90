import { fragmentOf, type Item, type Known, named, once } from './offer';
import { bare, columnItems, isHidden, tableItem, tableNamed, usedTables } from './tables';

const KEYWORDS =
  `select from where and or not in is null like between exists as distinct on using join left right
   full inner outer cross group by having order asc desc limit offset union all intersect except
   with case when then else end cast coalesce count sum avg min max over partition rows range
   insert into values update set delete returning interval true false`.split(/\s+/);

/** What SQL may go on with: `sql` is the whole query, `before` what stands before the cursor. */
export function sqlItems(sql: string, before: string, known: Known): Item[] {
  const fragment = fragmentOf(before);
  if (isHidden(before)) return [];
  const text = bare(before).slice(0, before.length - fragment.length);
  const [, owner] = /([\w$"`]+(?:\.[\w$"`]+)?)\.$/.exec(text) ?? [];
  if (owner !== undefined) return members(owner, sql, known);
  if (
    /\b(?:from|join|update|into|table)\s+(?:[\w$."`]+(?:\s+(?:as\s+)?\w+)?\s*,\s*)*$/i.test(text)
  ) {
    return [...common(sql), ...known.tables.map(tableItem), ...schemas(known)];
  }
  if (!fragment && /[\w)]$/.test(text)) return [];
  const used = usedTables(sql, known.tables);
  const tables = used.length ? used.map(({ table }) => table) : known.tables;
  const aliases = used.flatMap(({ alias, table }) =>
    alias === null ? [] : [named('table', alias, `${table.name} in this query`)]
  );
  const isLower = !/\b(?:SELECT|FROM|WHERE|UPDATE|INSERT|DELETE|WITH)\b/.test(sql);
  return once([
    ...tables.flatMap(columnItems),
    ...aliases,
    ...(used.length ? used.map(({ table }) => tableItem(table)) : known.tables.map(tableItem)),
    ...KEYWORDS.map(word => named('keyword', isLower && sql ? word : word.toUpperCase()))
  ]);
}

/** Columns behind a table or its name in the query; tables behind a schema. */
function members(owner: string, sql: string, known: Known): Item[] {
  const name = owner.replace(/["`]/g, '').toLowerCase();
  const used = usedTables(sql, known.tables);
  const table =
    used.find(({ alias }) => alias?.toLowerCase() === name)?.table ??
    tableNamed(owner, known.tables);
  if (table) return columnItems(table);
  return known.tables.filter(({ schema }) => schema.toLowerCase() === name).map(tableItem);
}

/** Tables that the query makes itself: `WITH recent AS (…)`. */
function common(sql: string): Item[] {
  return [...bare(sql).matchAll(/(?:\bwith(?:\s+recursive)?|,)\s+(\w+)\s+as\s*\(/gi)].map(
    ([, name = '']) => named('table', name, 'made in this query')
  );
}

function schemas(known: Known): Item[] {
  const names = new Set(known.tables.map(table => table.schema));
  if (names.size < 2) return [];
  return [...names].map(name => ({ ...named('name', name, 'schema'), insert: `${name}.` }));
}
