import type { DatasourceAnswer, TableAnswer } from '../api/schema';
import { yamlLines } from './yamlText';

/** What a text needs to know of a datasource. */
export type Source = Pick<DatasourceAnswer, 'name' | 'product_type'>;

const PLAIN = /^[a-z_][a-z0-9_]*$/;
const BACKTICKS = new Set<string>(['mysql', 'starrocks']);
// Names that databases take for a part of the statement.
const RESERVED = new Set(
  (
    'all and any as asc between by case check column constraint create cross current_date default ' +
    'delete desc distinct drop else end except exists false fetch for foreign from full grant ' +
    'group having in index inner insert intersect into is join key left like limit natural not ' +
    'null offset on or order outer primary range rank references right row rows select set some ' +
    'table then to true union unique update user using values when where window with'
  ).split(' ')
);

/** A name as this product's SQL takes it: bare where that means the same. */
export function quoted(name: string, { product_type }: Pick<Source, 'product_type'>): string {
  if (PLAIN.test(name) && !RESERVED.has(name)) return name;
  const mark = BACKTICKS.has(product_type) ? '`' : '"';
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

/** A table's name with its schema's, so that it is found wherever the database looks first. */
export function tableName(of: Source, table: TableAnswer): string {
  const parts = table.schema ? [table.schema, table.name] : [table.name];
  return parts.map(part => quoted(part, of)).join('.');
}

/** A SELECT that names all columns. */
export function selectOf(of: Source, table: TableAnswer): string {
  const names = table.columns.map(column => quoted(column.name, of));
  const columns = names.length > 0 ? names : ['*'];
  return `SELECT\n  ${columns.join(',\n  ')}\nFROM ${tableName(of, table)}`;
}

/** A cell that makes an endpoint of a table. */
export function tableCell(of: Source, table: TableAnswer): string {
  const path = table.name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '-');
  return [
    `%%dbapi sql GET ${path}`,
    ...yamlLines('datasource', of.name).map(line => `--| ${line}`),
    '--| params:',
    '--|   limit: {type: integer, default: 20, maximum: 500}',
    selectOf(of, table),
    'LIMIT {{ limit | sql_int }}'
  ].join('\n');
}
