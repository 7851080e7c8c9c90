import { expect, test } from 'vitest';

import type { TableAnswer } from '../../../src/api/schema';
import { rowsOf } from '../../../src/pages/connections/tables/rows';

const table = (schema: string, name: string, ...columns: string[]): TableAnswer => ({
  schema,
  name,
  kind: 'table',
  columns: columns.map(column => ({ name: column, type: 'text', nullable: true }))
});

test('a table is found by its name or a column, below its schema', () => {
  const all = [table('a', 'orders', 'id'), table('a', 'items', 'order_id'), table('b', 'people')];
  expect(rowsOf(all, 'ORDER')).toMatchObject([
    { kind: 'schema', name: 'a', tables: 2 },
    { kind: 'table', id: 'a.orders', column: null },
    { kind: 'table', id: 'a.items', column: 'order_id' }
  ]);
});
