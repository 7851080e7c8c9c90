import { expect, test } from 'vitest';

import type { TableAnswer } from '../../src/api/schema';
import { quoted, selectOf, tableCell } from '../../src/texts/tableText';

const shop = { name: 'shop', product_type: 'postgresql' } as const;
const table = (schema: string, name: string, ...columns: string[]): TableAnswer => ({
  schema,
  name,
  kind: 'table',
  columns: columns.map(column => ({ name: column, type: 'text', nullable: true }))
});

test('names that a database would misread are quoted in its own way', () => {
  expect(selectOf(shop, table('public', 'order', 'Group', 'a"b'))).toBe(
    'SELECT\n  "Group",\n  "a""b"\nFROM public."order"'
  );
  const mysql = { ...shop, product_type: 'mysql' } as const;
  expect(selectOf(mysql, table('other', 'order', 'id'))).toBe('SELECT\n  id\nFROM other.`order`');
  expect(quoted('a`b', mysql)).toBe('`a``b`');
  expect(quoted('customer_id', { product_type: 'trino' })).toBe('customer_id');
});

test('a table without columns is read whole', () => {
  expect(selectOf(shop, table('', 'empty'))).toBe('SELECT\n  *\nFROM empty');
});

test('a datasource whose name YAML would misread is quoted in the cell', () => {
  const cell = tableCell({ ...shop, name: 'a: b' }, table('main', 'My Orders', 'id'));
  expect(cell).toContain('%%dbapi sql GET my-orders\n--| datasource: "a: b"\n');
  expect(cell).toContain('FROM main."My Orders"\nLIMIT {{ limit | sql_int }}');
});
