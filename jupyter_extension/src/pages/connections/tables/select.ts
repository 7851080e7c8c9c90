import type { DatasourceAnswer, TableAnswer } from '../../../api/schema';

const PLAIN = /^[a-z_][a-z0-9_]*$/;
// Names that databases take for a part of the statement.
const RESERVED = new Set(
  (
    'all and any as asc between by case check column constraint create cross current_date default ' +
    'delete desc distinct drop else end except exists false for foreign from full grant group ' +
    'having in index inner insert intersect into is join key left like limit natural not null ' +
    'offset on or order outer primary range rank references right row rows select set table then ' +
    'to true union unique update user using values when where window with'
  ).split(' ')
);

/** A statement that reads the first rows of a table. */
export function selectOf(of: DatasourceAnswer, table: TableAnswer): string {
  const quote = quoter(of);
  const columns = table.columns.map(column => `  ${quote(column.name)}`).join(',\n') || '  *';
  const path = isFound(of, table.schema) ? [table.name] : [table.schema, table.name];
  return `SELECT\n${columns}\nFROM ${path.map(quote).join('.')}\nLIMIT 100`;
}

/** The cell that tries the statement, and would make an endpoint of it. */
export function cellOf(of: DatasourceAnswer, table: TableAnswer): string {
  const path = table.name.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  const name = PLAIN.test(of.name) ? of.name : JSON.stringify(of.name);
  return `%%dbapi sql GET ${path}\n--| datasource: ${name}\n${selectOf(of, table)}\n`;
}

function quoter(of: DatasourceAnswer): (name: string) => string {
  const mark = of.product_type === 'mysql' || of.product_type === 'starrocks' ? '`' : '"';
  return name =>
    PLAIN.test(name) && !RESERVED.has(name)
      ? name
      : mark + name.replaceAll(mark, mark + mark) + mark;
}

// Whether the database looks into the schema for a name that stands alone.
function isFound(of: DatasourceAnswer, schema: string): boolean {
  switch (of.product_type) {
    case 'postgresql':
      return schema === 'public' && of.options['search_path'] === undefined;
    case 'trino':
      return of.database.split('.')[1] === schema;
    case 'duckdb':
    case 'sqlite':
      return schema === 'main';
    default:
      return schema === of.database;
  }
}
