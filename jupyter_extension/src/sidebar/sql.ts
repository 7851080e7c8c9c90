import type { TableAnswer } from '../api/schema';
import type { DatasourceFacts } from './nodes';

const BACKTICKS = new Set(['mysql', 'starrocks']);
// Words that read as something else where they stand bare; the usual names among them.
const RESERVED = new Set(
  (
    'all and any as asc between by case check column constraint create cross current_date ' +
    'default delete desc distinct drop else end except exists false fetch for foreign from ' +
    'full grant group having in index inner insert intersect into is join key left like limit ' +
    'natural not null offset on or order outer primary references right rows select set some ' +
    'table then to true union unique update user using values when where with'
  ).split(' ')
);

/** A name as this product's SQL takes it: bare where that means the same. */
export function quoted(name: string, product: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name)) return name;
  const mark = BACKTICKS.has(product) ? '`' : '"';
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

/** A table's name with its schema's. */
export function tableName(datasource: DatasourceFacts, table: TableAnswer): string {
  const parts = table.schema ? [table.schema, table.name] : [table.name];
  return parts.map(part => quoted(part, datasource.product_type)).join('.');
}

/** A SELECT that names all columns. */
export function selectOf(datasource: DatasourceFacts, table: TableAnswer): string {
  const names = table.columns.map(column => quoted(column.name, datasource.product_type));
  const columns = names.length > 0 ? names : ['*'];
  return `SELECT\n  ${columns.join(',\n  ')}\nFROM ${tableName(datasource, table)}`;
}

/** A cell that makes an endpoint of a table. */
export function selectCell(datasource: DatasourceFacts, table: TableAnswer): string {
  const path = table.name.replaceAll(/[^\w-]+/g, '-');
  return [
    `%%dbapi sql GET ${path}`,
    `--| datasource: ${yamlText(datasource.name)}`,
    '--| params:',
    '--|   limit: {type: integer, default: 20, maximum: 500}',
    selectOf(datasource, table),
    'LIMIT {{ limit | sql_int }}'
  ].join('\n');
}

function yamlText(text: string): string {
  const isPlain = /^[a-z_][\w -]*\w$/i.test(text) && !/^(true|false|null)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** How a macro is used: its first definition, with the names of its arguments. */
export function macroCall(macro: { name: string; language: string; content: string }): string {
  const isPython = macro.language === 'python';
  const pattern = isPython ? /^def (\w+)\(([^)]*)\)/m : /{%-?\s*macro\s+(\w+)\s*\(([^)]*)\)/;
  const [, name = macro.name, given = ''] = pattern.exec(macro.content) ?? [];
  // What has a default need not be given, and types are not written in a call.
  const names = given.split(',').filter(one => one.trim() !== '' && !one.includes('='));
  const call = `${name}(${names.map(one => one.split(':')[0]?.trim()).join(', ')})`;
  return isPython ? call : `{{ ${call} }}`;
}
