import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';

import { createApi } from '../../src/api/client';
import { mayOf } from '../../src/api/me';
import { type ActionContext, ACTIONS, actionsOf } from '../../src/sidebar/actions';
import type { TreeNode } from '../../src/sidebar/nodes';
import { macroCall, quoted, selectCell } from '../../src/sidebar/sql';
import { FakePlatform, SUPERUSER } from '../fakePlatform';
import { ORDERS } from './world';

const shop = { id: 'd1', name: 'shop', product_type: 'duckdb' };
const TABLE: TreeNode = { id: 't', kind: 'table', datasource: shop, table: ORDERS };
const ENDPOINT = (state: string): TreeNode => ({
  id: 'e',
  kind: 'endpoint',
  moduleId: 'm1',
  endpoint: {
    id: 'e1',
    method: 'GET',
    path: 'orders',
    module: 'sales',
    name: null,
    state,
    url: 'http://data.example.com/api/orders'
  }
});
const NOBODY = { ...SUPERUSER, is_superuser: false };
const idsOf = (node: TreeNode, me = SUPERUSER): string[] =>
  actionsOf(node, mayOf(me)).map(action => action.id);

function world() {
  const notebooks = { insertCell: vi.fn(), insertText: vi.fn(), openCell: vi.fn() };
  const opened: string[] = [];
  const context: ActionContext = {
    api: createApi(new FakePlatform({}).send, ''),
    queries: new QueryClient(),
    host: {
      open: location => opened.push(location),
      href: location => location,
      notify: () => undefined,
      notebooks
    },
    showDialog: () => undefined
  };
  const run = (id: string, node: TreeNode): void =>
    void ACTIONS.find(action => action.id === id)?.run(node, context);
  return { notebooks, opened, run };
}

test('a cell that selects all columns of a table is inserted', () => {
  const { notebooks, run } = world();
  run('insert-select-cell', TABLE);
  expect(notebooks.insertCell.mock.lastCall?.[0]).toBe(`%%dbapi sql GET orders
--| datasource: shop
--| params:
--|   limit: {type: integer, default: 20, maximum: 500}
SELECT
  id,
  "Customer"
FROM main.orders
LIMIT {{ limit | sql_int }}`);
});

test('names are quoted as the product wants it, where they would mean something else', () => {
  expect(quoted('order', 'mysql')).toBe('`order`');
  expect(quoted('a"b', 'postgresql')).toBe('"a""b"');
  expect(quoted('customer_id', 'trino')).toBe('customer_id');
});

test('a datasource whose name YAML would misread is quoted in the cell', () => {
  expect(selectCell({ ...shop, name: 'a: b' }, ORDERS)).toContain('--| datasource: "a: b"');
});

test('rows are shown only to who may run queries on the datasource', () => {
  expect(idsOf(TABLE)).toContain('sample');
  expect(idsOf(TABLE, NOBODY)).not.toContain('sample');
  const permissions = [
    { resource_type: 'datasource', action: 'execute', resource_id: 'd1' } as const
  ];
  expect(idsOf(TABLE, { ...NOBODY, permissions })).toContain('sample');
});

test('a live endpoint can be unpublished, and only another one deleted', () => {
  expect(idsOf(ENDPOINT('live'))).toContain('unpublish');
  expect(idsOf(ENDPOINT('live'))).not.toContain('delete');
  expect(idsOf(ENDPOINT('live'))).not.toContain('publish');
  expect(idsOf(ENDPOINT('draft'))).toEqual(expect.arrayContaining(['publish', 'delete']));
});

test('a grant on the module is enough for its endpoints', () => {
  const permissions = [{ resource_type: 'module', action: 'publish', resource_id: 'm1' } as const];
  expect(idsOf(ENDPOINT('draft'), NOBODY)).not.toContain('publish');
  expect(idsOf(ENDPOINT('draft'), { ...NOBODY, permissions })).toContain('publish');
});

test('a connection opens its page', () => {
  const { opened, run } = world();
  run('open-connection', TABLE);
  expect(opened).toEqual(['/connections/d1']);
});

test('a macro is called by what it defines, in its language', () => {
  const content = '{% macro page(number, size=20) %} LIMIT {{ size }} {% endmacro %}';
  expect(macroCall({ name: 'paging', language: 'sql', content })).toBe('{{ page(number) }}');
  const python = 'def euro(cents: int, digits=2):\n    return cents / 100\n';
  expect(macroCall({ name: 'money', language: 'python', content: python })).toBe('euro(cents)');
});
