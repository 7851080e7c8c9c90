import { expect, test } from 'vitest';

import type { DatasourceAnswer, TableAnswer } from '../../../src/api/schema';
import { rowsOf } from '../../../src/pages/connections/tables/rows';
import { selectOf } from '../../../src/pages/connections/tables/select';

const table = (schema: string, name: string, ...columns: string[]): TableAnswer => ({
  schema,
  name,
  kind: 'table',
  columns: columns.map(column => ({ name: column, type: 'text', nullable: true }))
});
const on = (product_type: string, database = 'shop'): DatasourceAnswer =>
  ({ name: 'shop', product_type, database, options: {} }) as unknown as DatasourceAnswer;

test('names that a database would misread are quoted in its own way', () => {
  const odd = table('public', 'order', 'Group', 'a"b');
  expect(selectOf(on('postgresql'), odd)).toBe(
    'SELECT\n  "Group",\n  "a""b"\nFROM "order"\nLIMIT 100'
  );
  expect(selectOf(on('mysql'), table('other', 'order', 'id'))).toBe(
    'SELECT\n  id\nFROM other.`order`\nLIMIT 100'
  );
});

test('a table is found by its name or a column, below its schema', () => {
  const all = [table('a', 'orders', 'id'), table('a', 'items', 'order_id'), table('b', 'people')];
  expect(rowsOf(all, 'ORDER')).toMatchObject([
    { kind: 'schema', name: 'a', tables: 2 },
    { kind: 'table', id: 'a.orders', column: null },
    { kind: 'table', id: 'a.items', column: 'order_id' }
  ]);
});
