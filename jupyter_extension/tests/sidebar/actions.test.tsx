import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';

import { createApi } from '../../src/api/client';
import { mayOf } from '../../src/api/me';
import { type ActionContext, ACTIONS, actionsOf } from '../../src/sidebar/actions';
import type { TreeNode } from '../../src/sidebar/nodes';
import { FakePlatform, SUPERUSER } from '../fakePlatform';
import { ORDERS } from './world';

const shop = { id: 'd1', name: 'shop', product_type: 'duckdb' } as const;
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

function world(answers: Record<string, object> = {}) {
  const notebooks = { insertCells: vi.fn(), insertText: vi.fn(), openCell: vi.fn() };
  const opened: string[] = [];
  const context: ActionContext = {
    api: createApi(new FakePlatform(answers).send, ''),
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
  expect(notebooks.insertCells.mock.lastCall?.[0]).toBe(`%%dbapi sql GET orders
--| datasource: shop
--| params:
--|   limit: {type: integer, default: 20, maximum: 500}
SELECT
  id,
  "Customer"
FROM main.orders
LIMIT {{ limit | sql_int }}`);
});

test('an endpoint is pulled whole: its cell, and that of its transform', async () => {
  const draft = {
    method: 'GET',
    path: 'orders',
    engine: 'sql',
    datasource: 'shop',
    content: 'SELECT 1 AS n',
    transform: 'def transform(result, params):\n    return result',
    params: {},
    module: 'sales',
    name: null,
    description: null,
    access: 'private',
    timeout: null,
    max_rows: null,
    rate_limit: null,
    max_concurrent: null,
    unknown_params: 'ignore',
    cache: null,
    page: null,
    max_export_rows: null,
    allow_async: null
  };
  const { notebooks, run } = world({ 'GET /api/v1/endpoints/e1/draft': draft });
  run('pull', ENDPOINT('live'));
  await vi.waitFor(() => expect(notebooks.insertCells).toHaveBeenCalledTimes(1));
  expect(notebooks.insertCells.mock.lastCall?.[0]).toContain('%%dbapi sql GET orders\n');
  expect(notebooks.insertCells.mock.lastCall?.[1]).toContain('%%dbapi transform GET orders\n');
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

test('what is live is opened in the catalogue, beside what is open now', () => {
  expect(idsOf(ENDPOINT('draft'))).not.toContain('open-catalogue');
  expect(idsOf(ENDPOINT('edited'))).toContain('open-catalogue');
  const opened = vi.spyOn(window, 'open').mockReturnValue(null);
  world().run('open-catalogue', ENDPOINT('live'));
  const url = 'http://data.example.com/catalog#GET/orders';
  expect(opened).toHaveBeenCalledWith(url, '_blank', 'noopener,noreferrer');
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

test('a call of a macro is inserted, by what it defines', () => {
  const { notebooks, run } = world();
  const macro = { id: 'm', name: 'paging', module: null, language: 'sql', state: 'live' };
  const content = '{% macro page(number, size=20) %} LIMIT {{ size }} {% endmacro %}';
  run('insert-call', { id: 'm', kind: 'macro', moduleId: null, macro: { ...macro, content } });
  expect(notebooks.insertText.mock.lastCall?.[0]).toBe('{{ page(number) }}');
});
