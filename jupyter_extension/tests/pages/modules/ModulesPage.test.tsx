import { EditorView } from '@codemirror/view';
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { LocationProvider } from '../../../src/pages/location';
import ModulesPage from '../../../src/pages/modules/ModulesPage';
import { type Answer, draw, refusal, SUPERUSER, type World } from '../../fakePlatform';

const SALES = { id: 'm1', name: 'sales', description: null, sort_order: 3, is_active: true };
const PAGING = {
  id: 'x1',
  name: 'paging',
  module: 'sales',
  language: 'sql',
  description: null,
  content: '{% macro page(n, size=20) %}LIMIT {{ n }}{% endmacro %}',
  state: 'edited',
  live_version: 1,
  latest_version: 1,
  updated_at: '2026-01-01T00:00:00Z',
  updated_by: 'ada'
};
const LAGGING = { id: 'e1', method: 'GET', path: 'orders', version: 1, lagging: true };
const list = (...items: object[]) => ({ items, total: items.length, next: null });

function show(
  location: string,
  answers: Record<string, Answer | object> = {},
  more: Parameters<typeof draw>[2] = {}
): World {
  return draw(
    <LocationProvider location={location}>
      <ModulesPage />
    </LocationProvider>,
    {
      'GET /api/v1/modules': list(SALES),
      'GET /api/v1/modules/m1': () => Response.json(SALES, { headers: { ETag: '"m"' } }),
      'GET /api/v1/macros': list(PAGING),
      'GET /api/v1/macros/x1': () => Response.json(PAGING, { headers: { ETag: '"one"' } }),
      'GET /api/v1/macros/x1/versions': list(),
      'GET /api/v1/macros/x1/endpoints': list(LAGGING),
      'GET /api/v1/endpoints': list(),
      ...answers
    },
    more
  );
}

test('a module is listed with how many endpoints it has, and leads to them', async () => {
  show('/modules', { 'GET /api/v1/endpoints': { items: [], total: 1234, next: 'x' } });
  const link = await screen.findByRole('link', { name: '1,234' });
  expect(link.getAttribute('href')).toBe('#/endpoints?module=sales');
});

test('a module is changed by what differs, over what was seen', async () => {
  const world = show('/modules/m1', { 'PATCH /api/v1/modules/m1': SALES });
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  fireEvent.change(screen.getByLabelText(/^Order/), { target: { value: '7' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(world.said).toEqual(['sales was saved']));
  const [sent] = world.platform.requests.filter(one => one.method === 'PATCH');
  expect(sent?.body).toEqual({ sort_order: 7 });
  expect(sent?.headers.get('if-match')).toBe('"m"');
});

test('a module that is not empty is not deleted: what is in it is named', async () => {
  show('/modules/m1');
  fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  expect(await screen.findByText('sales cannot be deleted yet')).toBeTruthy();
  const link = await within(screen.getByRole('dialog')).findByRole('link', { name: 'paging' });
  expect(link.getAttribute('href')).toBe('#/modules/macros/x1');
});

test('a macro changed by somebody else is shown beside what was typed, which stays', async () => {
  const theirs = { ...PAGING, content: 'THEIRS', updated_by: 'bob' };
  const world = show('/modules/macros/x1', {
    'PUT /api/v1/macros': async request => {
      if (request.headers.get('if-match') === '"two"') return { ...PAGING, changed: true };
      const error = { code: 'precondition_failed', request_id: 'r', details: [], logs: [] };
      const more = {
        current: theirs,
        sent: (await request.clone().json()) as unknown,
        etag: '"two"'
      };
      const body = { success: false, message: 'x', data: [], error: { ...error, ...more } };
      return Response.json(body, { status: 412 });
    }
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  const editor = EditorView.findFromDOM(screen.getByRole('textbox', { name: 'Text' }));
  act(() => editor?.dispatch({ changes: { from: 0, insert: 'MINE ' } }));
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect((await screen.findByLabelText('There now, by bob')).textContent).toContain('THEIRS');
  expect(editor?.state.doc.toString()).toContain('MINE');
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(world.said).toEqual(['paging was saved']));
  const puts = world.platform.requests.filter(one => one.method === 'PUT');
  expect(puts.map(one => one.headers.get('if-match'))).toEqual(['"one"', '"two"']);
  expect(puts[1]?.body).toMatchObject({ name: 'paging', module: 'sales', language: 'sql' });
});

test('an error in a macro is told with its line', async () => {
  const details = [{ field: 'content', message: 'unknown tag', line: 2, column: 1, hint: null }];
  const error = { code: 'invalid_definition', request_id: 'r', details, logs: [] };
  show('/modules/macros/x1', {
    'PUT /api/v1/macros': () =>
      Response.json({ success: false, message: 'x', data: [], error }, { status: 422 })
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Edit' }));
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Line 2: unknown tag')).toBeTruthy();
});

test('publishing tells which endpoints have an older text', async () => {
  const world = show('/modules/macros/x1', {
    'POST /api/v1/macros/x1/publish': {
      version: 2,
      created: true,
      lagging: [LAGGING],
      macro: PAGING
    }
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Publish' }));
  const dialog = screen.getByRole('dialog');
  fireEvent.change(within(dialog).getByLabelText(/^Message/), { target: { value: 'Why' } });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Publish' }));
  expect(await screen.findByText('Version 2 is live.')).toBeTruthy();
  expect(screen.getByRole('link', { name: /GET orders/ })).toBeTruthy();
  const [sent] = world.platform.requests.filter(one => one.method === 'POST');
  expect(sent?.body).toEqual({ message: 'Why' });
});

test('deleting a macro names the endpoints that it is in, and tells why it is refused', async () => {
  show('/modules/macros/x1', {
    'DELETE /api/v1/macros/x1': () => refusal(409, 'conflict', "'paging' is used by GET orders")
  });
  fireEvent.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = within(screen.getByRole('dialog'));
  expect(await dialog.findByRole('link', { name: /GET orders/ })).toBeTruthy();
  fireEvent.click(dialog.getByRole('button', { name: 'Delete the macro' }));
  expect(await dialog.findByText(/is used by GET orders/)).toBeTruthy();
});

test('a new macro does not overwrite one of the same name', async () => {
  const world = show('/modules/macros');
  fireEvent.click(await screen.findByRole('button', { name: 'New macro' }));
  const dialog = within(screen.getByRole('dialog'));
  fireEvent.change(dialog.getByLabelText('Name'), { target: { value: 'paging' } });
  await dialog.findByRole('option', { name: 'sales' });
  fireEvent.change(dialog.getByLabelText('For'), { target: { value: 'sales' } });
  fireEvent.click(dialog.getByRole('button', { name: 'Save the macro' }));
  expect(await dialog.findByText(/there is a macro named paging already/)).toBeTruthy();
  expect(world.platform.requests.some(one => one.method === 'PUT')).toBe(false);
});

test("a macro's call is put into the active cell", async () => {
  const notebooks = { insertCells: vi.fn(), insertText: vi.fn(), openCell: vi.fn() };
  show('/modules/macros/x1', {}, { notebooks });
  fireEvent.click(await screen.findByRole('button', { name: 'Insert into the cell' }));
  expect(notebooks.insertText).toHaveBeenCalledWith('{{ page(n) }}');
});

test('who may change a module may change its macros, and not publish them', async () => {
  const permissions = [
    { resource_type: 'module', action: 'read', resource_id: 'm1' },
    { resource_type: 'module', action: 'update', resource_id: 'm1' }
  ];
  const me = { ...SUPERUSER, is_superuser: false, permissions } as typeof SUPERUSER;
  show('/modules/macros/x1', {}, { me });
  expect(await screen.findByRole('button', { name: 'Edit' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Publish' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Delete' })).toBeNull();
});
