import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import ConnectionsPage from '../../../src/pages/connections/ConnectionsPage';
import { LocationProvider } from '../../../src/pages/location';
import { type Answer, draw, refusal, SUPERUSER, type World } from '../../fakePlatform';

const SHOP = {
  id: 'd1',
  name: 'shop',
  description: 'Orders',
  product_type: 'postgresql',
  host: 'db.example.org',
  port: 5432,
  database: 'shop',
  username: 'reader',
  read_only: true,
  options: {}
};
const TABLES = {
  items: [
    {
      schema: 'public',
      name: 'orders',
      kind: 'table',
      columns: [{ name: 'id', type: 'integer', nullable: false }]
    },
    { schema: 'stats', name: 'daily', kind: 'view', columns: [] }
  ],
  total: 2
};
const NONE = { items: [], total: 0, next: null };

function show(
  location: string,
  answers: Record<string, Answer | object> = {},
  more: Parameters<typeof draw>[2] = {}
): World {
  return draw(
    <LocationProvider location={location}>
      <ConnectionsPage />
    </LocationProvider>,
    {
      'GET /api/v1/datasources': { items: [SHOP], total: 1, next: null },
      'GET /api/v1/datasources/d1': () => Response.json(SHOP, { headers: { ETag: '"one"' } }),
      'GET /api/v1/datasources/d1/pool': { open: 2, idle: 1, waiting: 0 },
      'GET /api/v1/datasources/d1/tables': TABLES,
      'GET /api/v1/endpoints': NONE,
      ...answers
    },
    more
  );
}

function sent(world: World, method: string, path: string): unknown[] {
  return world.platform.requests
    .filter(one => one.method === method && one.url.pathname === path)
    .map(one => one.body);
}

test('a connection is tried when asked to, and what answered is told', async () => {
  show('/connections', {
    'POST /api/v1/datasources/d1/test': { product: 'PostgreSQL', version: '16.4', elapsed_ms: 12 }
  });
  expect(await screen.findByText('db.example.org:5432/shop')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Test' }));
  expect(await screen.findByText(/16\.4/)).toBeTruthy();
});

test('a connection that fails is told in the words of the platform', async () => {
  show('/connections', {
    'POST /api/v1/datasources/d1/test': () =>
      refusal(424, 'datasource_unavailable', 'Connection refused')
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Test' }));
  expect(await screen.findByText(/Connection refused/)).toBeTruthy();
});

test('a file needs no server: a new DuckDB connection is sent without host and password', async () => {
  const world = show('/connections', {
    'POST /api/v1/datasources': { ...SHOP, id: 'd2', product_type: 'duckdb' }
  });
  fireEvent.click(await screen.findByRole('button', { name: 'New connection' }));
  expect(screen.getByLabelText('Host')).toBeTruthy();
  fireEvent.change(screen.getByLabelText(/^Product/), { target: { value: 'duckdb' } });
  expect(screen.queryByLabelText('Host')).toBeNull();
  fireEvent.change(screen.getByLabelText(/^Name/), { target: { value: 'files' } });
  fireEvent.change(screen.getByLabelText(/^Database file/), { target: { value: 'a.duckdb' } });
  fireEvent.change(screen.getByLabelText(/^threads/), { target: { value: '2' } });
  fireEvent.click(screen.getByRole('button', { name: 'Add the connection' }));
  await waitFor(() => expect(world.opened).toEqual(['/connections/d2']));
  expect(sent(world, 'POST', '/api/v1/datasources')).toEqual([
    {
      name: 'files',
      description: null,
      product_type: 'duckdb',
      database: 'a.duckdb',
      host: null,
      port: null,
      username: null,
      read_only: true,
      options: { threads: '2' }
    }
  ]);
});

test('what a form holds is tried before it is kept', async () => {
  const world = show('/connections', {
    'POST /api/v1/datasources/test': () =>
      refusal(422, 'invalid_request', 'host: is needed', 'host')
  });
  fireEvent.click(await screen.findByRole('button', { name: 'New connection' }));
  fireEvent.click(screen.getByRole('button', { name: 'Test connection' }));
  expect(await screen.findByText('host: is needed')).toBeTruthy();
  expect(sent(world, 'POST', '/api/v1/datasources')).toEqual([]);
});

test('a changed host asks for the password again, and what was typed stays', async () => {
  const world = show('/connections/d1', {
    'PATCH /api/v1/datasources/d1': request =>
      request.headers.get('if-match') === '"one"'
        ? refusal(422, 'invalid_request', 'is needed again', 'password')
        : refusal(412, 'precondition_failed', 'Somebody else')
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  const host = screen.getByLabelText<HTMLInputElement>('Host');
  fireEvent.change(host, { target: { value: 'new.example.org' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  const field = screen.getByLabelText(/^Password/).closest('label') as HTMLElement;
  expect(await within(field).findByText('is needed again')).toBeTruthy();
  expect(host.value).toBe('new.example.org');
  expect(sent(world, 'PATCH', '/api/v1/datasources/d1')).toEqual([{ host: 'new.example.org' }]);
});

test('an unchanged connection is tried with the password that is kept', async () => {
  const world = show('/connections/d1', {
    'POST /api/v1/datasources/d1/test': { product: 'PostgreSQL', version: '16.4', elapsed_ms: 12 }
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  const dialog = screen.getByRole('dialog');
  fireEvent.click(within(dialog).getByRole('button', { name: 'Test connection' }));
  expect(await within(dialog).findByText(/PostgreSQL 16\.4/)).toBeTruthy();
  expect(sent(world, 'POST', '/api/v1/datasources/test')).toEqual([]);
});

test('a connection in use is not deleted: its endpoints are named', async () => {
  const used = { id: 'e1', method: 'GET', path: 'orders', state: 'live', module: 'sales' };
  const world = show('/connections/d1', {
    'GET /api/v1/endpoints': { items: [used], total: 1, next: null }
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  const link = await within(screen.getByRole('dialog')).findByRole('link', { name: /GET orders/ });
  expect(link.getAttribute('href')).toBe('#/endpoints/e1');
  expect(screen.queryByRole('button', { name: 'Delete the connection' })).toBeNull();
  expect(sent(world, 'DELETE', '/api/v1/datasources/d1')).toEqual([]);
});

test('a table shows its columns, and puts a SELECT into a cell', async () => {
  const notebooks = { insertCells: vi.fn(), insertText: vi.fn(), openCell: vi.fn() };
  show('/connections/d1?table=public.orders', {}, { notebooks });
  expect(await screen.findByText('integer')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Insert SELECT into a cell' }));
  expect(notebooks.insertCells).toHaveBeenCalledWith(
    [
      '%%dbapi sql GET orders',
      '--| datasource: shop',
      '--| params:',
      '--|   limit: {type: integer, default: 20, maximum: 500}',
      'SELECT\n  id\nFROM public.orders',
      'LIMIT {{ limit | sql_int }}'
    ].join('\n')
  );
});

test('rows of a table are asked for only when they are wanted', async () => {
  const world = show('/connections/d1?table=public.orders', {
    'GET /api/v1/datasources/d1/sample': {
      columns: [{ name: 'id', type: 'integer' }],
      rows: [[41]],
      truncated: false
    }
  });
  const button = await screen.findByRole('button', { name: 'Show sample rows' });
  expect(sent(world, 'GET', '/api/v1/datasources/d1/sample')).toEqual([]);
  fireEvent.click(button);
  expect(await screen.findByText('41')).toBeTruthy();
});

test('who may only read is offered nothing else', async () => {
  const permissions = [{ resource_type: 'datasource', action: 'read', resource_id: null }];
  const me = { ...SUPERUSER, is_superuser: false, permissions } as typeof SUPERUSER;
  show('/connections/d1?table=public.orders', {}, { me });
  expect(await screen.findByText('integer')).toBeTruthy();
  for (const name of ['Edit', 'Delete', 'Test connection', 'Show sample rows']) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
});

test('of thousands of tables only those in sight are drawn', async () => {
  const items = Array.from({ length: 2000 }, (_, index) => ({
    schema: 'public',
    name: `table_${index}`,
    kind: 'table',
    columns: []
  }));
  show('/connections/d1', { 'GET /api/v1/datasources/d1/tables': { items, total: 2000 } });
  expect(await screen.findByText('2,000 tables')).toBeTruthy();
  expect(screen.getAllByRole('option').length).toBeLessThan(100);
});
