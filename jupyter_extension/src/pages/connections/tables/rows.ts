import type { TableAnswer } from '../../../api/schema';

/** A line of the list of tables: a schema, or a table in it. */
export type TableRow =
  | { kind: 'schema'; id: string; name: string; tables: number }
  | { kind: 'table'; id: string; table: TableAnswer; column: string | null };

/** A table's own name among all of them. */
export function idOf(table: TableAnswer): string {
  return `${table.schema}.${table.name}`;
}

/** The tables that fit a search by their own name or a column's, below their schemas. */
export function rowsOf(tables: readonly TableAnswer[], search: string): TableRow[] {
  const wanted = search.toLowerCase();
  const schemas = new Map<string, TableRow[]>();
  for (const table of tables) {
    const isNamed = idOf(table).toLowerCase().includes(wanted);
    const column = isNamed ? null : columnOf(table, wanted);
    if (!isNamed && column === null) continue;
    const rows = schemas.get(table.schema) ?? [];
    rows.push({ kind: 'table', id: idOf(table), table, column });
    schemas.set(table.schema, rows);
  }
  return [...schemas].flatMap(([name, rows]) => [
    { kind: 'schema', id: `schema ${name}`, name, tables: rows.length },
    ...rows
  ]);
}

function columnOf(table: TableAnswer, wanted: string): string | null {
  return table.columns.find(column => column.name.toLowerCase().includes(wanted))?.name ?? null;
}
