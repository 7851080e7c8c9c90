import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';

import EndpointsPage from '../../../src/pages/endpoints/EndpointsPage';
import { LocationProvider } from '../../../src/pages/location';
import { draw, refusal } from '../../fakePlatform';
import { ANSWERS, DRAFT, ENDPOINT, HERE, ID, pageOf, version, whoMay } from './world';

beforeEach(() => sessionStorage.clear());

function page(rest = '') {
  return (
    <LocationProvider location={`/endpoints/${ID}${rest}`}>
      <EndpointsPage />
    </LocationProvider>
  );
}

test('what the user may not do is not offered', async () => {
  draw(page(), ANSWERS, { me: whoMay('endpoint:read', 'module:read') });
  await screen.findByText('About it');
  for (const name of ['Publish…', 'Unpublish…', 'Copy to…', 'Move…', 'Delete…', 'Try it', 'Logs'])
    expect(screen.queryByText(name)).toBeNull();
});

test('what is live is found in the catalogue too', async () => {
  draw(page(), ANSWERS);
  const link = await screen.findByRole('link', { name: 'Open in the catalogue' });
  expect(link.getAttribute('href')).toBe('http://here/catalog#GET/orders/{customer_id}');
});

test('what was never published is not', async () => {
  draw(page(), {
    ...ANSWERS,
    [`GET ${HERE}`]: { ...ENDPOINT, state: 'draft', live_version: null }
  });
  await screen.findByText('About it');
  expect(screen.queryByText('Open in the catalogue')).toBeNull();
});

test('a permission on the module counts for what is in it', async () => {
  const me = whoMay('endpoint:read', 'module:read');
  me.permissions.push({ resource_type: 'module', action: 'publish', resource_id: 'm1' });
  draw(page(), ANSWERS, { me });
  expect(await screen.findByText('Publish…')).toBeTruthy();
  expect(screen.queryByText('Delete…')).toBeNull();
});

test('a live endpoint is not deleted, and its callers are named', async () => {
  draw(
    page(),
    {
      ...ANSWERS,
      'GET /api/v1/overview': {
        traffic: {
          requests: 7,
          top_clients: [{ client_id: 'c', name: 'Web shop', requests: 7, errors: 0 }]
        }
      }
    },
    { me: whoMay('endpoint:read', 'endpoint:delete', 'module:read') }
  );
  fireEvent.click(await screen.findByText('Delete…'));
  expect(await screen.findByText(/so the endpoint cannot be deleted/)).toBeTruthy();
});

test('taking it offline names its version and who called it', async () => {
  const overview = {
    traffic: {
      requests: 0,
      top_clients: []
    }
  };
  const world = draw(page('/versions'), {
    ...ANSWERS,
    'GET /api/v1/overview': overview,
    [`POST ${HERE}/unpublish`]: { ...ENDPOINT, state: 'unpublished' }
  });
  fireEvent.click(await screen.findByText('Unpublish…'));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('Version 2 of');
  expect(await within(dialog).findByText(/Nobody called it in the last 30 days/)).toBeTruthy();
  fireEvent.click(within(dialog).getByText('Unpublish'));
  await waitFor(() => expect(world.said).toEqual(['GET orders/{customer_id} is offline']));
});

test('a path that is taken stands beside its field, and what was typed stays', async () => {
  draw(page('/versions'), {
    ...ANSWERS,
    [`POST ${HERE}/copy`]: () => refusal(409, 'conflict', 'There is one already', 'path')
  });
  fireEvent.click(await screen.findByText('Copy to…'));
  const path = await screen.findByLabelText(/^Path/);
  await userEvent.clear(path);
  await userEvent.type(path, 'orders/all');
  fireEvent.click(screen.getByText('Copy'));
  expect(await screen.findByText('There is one already')).toBeTruthy();
  expect((path as HTMLInputElement).value).toBe('orders/all');
});

test('an endpoint that was published keeps its route when it moves', async () => {
  const { platform } = draw(page('/versions'), { ...ANSWERS, [`POST ${HERE}/move`]: ENDPOINT });
  fireEvent.click(await screen.findByText('Move…'));
  fireEvent.click(await screen.findByText('Move'));
  await waitFor(() => {
    const sent = platform.requests.find(one => one.url.pathname.endsWith('/move'));
    expect(sent?.body).toEqual({ module: 'sales' });
  });
});

test('a run sends what was typed, and shows rows and what was bound', async () => {
  const { platform } = draw(page('/try'), {
    ...ANSWERS,
    'GET /api/v1/clients': pageOf([{ id: 'c1', name: 'Web shop' }]),
    [`POST ${HERE}/debug`]: {
      data: [{ id: 7 }],
      envelope: { success: true, message: null },
      results: [{ kind: 'rows', columns: ['id', 'id'], rows: [[7, 8]], truncated: true }],
      elapsed_ms: 12,
      params: {},
      statements: [{ text: 'SELECT $1', values: [41] }],
      logs: []
    }
  });
  const type = (label: RegExp, value: string): void => {
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  };
  await screen.findByLabelText(/^customer_id/);
  type(/^customer_id/, '41');
  type(/^tags/, '["a"]');
  type(/^api_key/, 'hunter2');
  fireEvent.click(screen.getByText('Run', { selector: 'button' }));
  expect(await screen.findByText(/There are more rows/)).toBeTruthy();
  const sent = platform.requests.find(one => one.url.pathname.endsWith('/debug'));
  expect(sent?.body).toEqual({
    params: { customer_id: '41', tags: ['a'], api_key: 'hunter2' },
    version: null,
    client_id: null
  });
  expect(screen.getByText('8')).toBeTruthy();
  fireEvent.click(screen.getByText('Statements (1)'));
  expect(screen.getByText('[41]')).toBeTruthy();
  const kept = sessionStorage.getItem(`dbapi-try-${ID}`);
  expect(kept).toContain('41');
  expect(kept).not.toContain('hunter2');
  expect(document.body.textContent).not.toContain('hunter2');
});

test('another version is run, seen as a client', async () => {
  const { platform } = draw(page('/try'), {
    ...ANSWERS,
    'GET /api/v1/clients': pageOf([{ id: 'c1', name: 'Web shop' }]),
    [`POST ${HERE}/debug`]: () => refusal(422, 'query_failed', 'no such table: orderz')
  });
  await screen.findByText('Web shop');
  fireEvent.change(await screen.findByLabelText('Run'), { target: { value: 'live' } });
  fireEvent.change(screen.getByLabelText('Seen as'), { target: { value: 'c1' } });
  fireEvent.click(screen.getByText('Run', { selector: 'button' }));
  expect(await screen.findByText('no such table: orderz')).toBeTruthy();
  const sent = platform.requests.find(one => one.url.pathname.endsWith('/debug'));
  expect(sent?.body).toEqual({ params: {}, version: 'live', client_id: 'c1' });
});

test('what is wrong with a parameter stands beside it', async () => {
  const answers = {
    ...ANSWERS,
    [`POST ${HERE}/debug`]: () => refusal(400, 'invalid_parameters', 'expected 1 to 500', 'limit')
  };
  const { platform } = draw(page('/try'), answers);
  await userEvent.type(await screen.findByLabelText(/^tags/), 'no json');
  fireEvent.click(screen.getByText('Run', { selector: 'button' }));
  expect(await screen.findByText(/Write it as JSON/)).toBeTruthy();
  expect(platform.requests.some(one => one.url.pathname.endsWith('/debug'))).toBe(false);
  await userEvent.clear(screen.getByLabelText(/^tags/));
  fireEvent.click(screen.getByText('Run', { selector: 'button' }));
  const told = await screen.findByText('expected 1 to 500');
  expect(told.closest('label')?.textContent).toContain('limit');
});

test('a version is pulled as the cell that it was', async () => {
  const insertCells = vi.fn();
  const openCell = vi.fn();
  const notebooks = { insertCells, insertText: vi.fn(), openCell };
  const definition = {
    ...DRAFT,
    content: 'SELECT id\nFROM orders',
    params: {},
    datasource: 'old shop',
    max_rows: 10
  };
  draw(
    page('/versions?version=1'),
    {
      ...ANSWERS,
      [`GET ${HERE}/versions/1`]: { ...version(1), definition, macros: [] }
    },
    { notebooks }
  );
  fireEvent.click(await screen.findByText('Pull into a new cell'));
  await waitFor(() => expect(insertCells).toHaveBeenCalled());
  expect(insertCells).toHaveBeenCalledWith(
    [
      '%%dbapi sql GET orders/{customer_id}',
      '--| datasource: old shop',
      '--| module: sales',
      '--| description: The orders of one customer',
      '--| access: private',
      '--| max_rows: 10',
      'SELECT id',
      'FROM orders'
    ].join('\n')
  );
  fireEvent.click(screen.getByText('Open the notebook at the cell'));
  expect(openCell).toHaveBeenCalledWith({ notebook: 'orders.ipynb', cellId: 'c1' });
});

test('going back to a version tells what changes for callers first', async () => {
  const diff = {
    from: 'live (version 2)',
    to: 'version 1',
    content: '',
    fields: [{ field: 'access', from: 'public', to: 'private' }],
    breaking: ['access is now private'],
    contract: [
      { kind: 'access_closed', name: 'access', breaking: true, message: 'access is now private' }
    ]
  };
  const world = draw(page('/versions?version=1'), {
    ...ANSWERS,
    [`GET ${HERE}/diff`]: diff,
    [`GET ${HERE}/versions/1`]: { ...version(1), definition: DRAFT, macros: [] },
    [`POST ${HERE}/rollback`]: {}
  });
  fireEvent.click(await screen.findByText('Roll back to this'));
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText('access is now private')).toBeTruthy();
  fireEvent.click(within(dialog).getByText('Roll back to version 1'));
  await waitFor(() => expect(world.said).toHaveLength(1));
  const sent = world.platform.requests.find(one => one.url.pathname.endsWith('/rollback'));
  expect(sent?.body).toEqual({ version: 1 });
});

test('a version that was forced says so', async () => {
  draw(page('/versions?version=1'), {
    ...ANSWERS,
    [`GET ${HERE}/versions`]: pageOf([version(2), version(1, { forced: 'the demo' })]),
    [`GET ${HERE}/diff`]: {
      from: 'a',
      to: 'b',
      content: '',
      fields: [],
      breaking: [],
      contract: []
    }
  });
  expect(await screen.findByText('the demo')).toBeTruthy();
});

test('tests are run, and one that fails shows its line', async () => {
  const content = 'answer = call()\nassert answer.rows';
  draw(page('/tests'), {
    ...ANSWERS,
    [`GET ${HERE}/tests`]: pageOf([
      { name: 'main', content, updated_at: '2026-01-01T00:00:00Z', updated_by: 'ada' }
    ]),
    [`POST ${HERE}/tests/run`]: {
      passed: false,
      results: [
        {
          name: 'main',
          passed: false,
          message: 'no rows',
          line: 2,
          elapsed_ms: 3,
          calls: 1,
          logs: []
        }
      ]
    }
  });
  fireEvent.click(await screen.findByText('Run all on the draft'));
  expect(await screen.findByText('Line 2: no rows')).toBeTruthy();
  expect(screen.getByText('some failed')).toBeTruthy();
});

test('the last calls link to all access logs with the same filters', async () => {
  draw(page('/logs?status=4xx'), { ...ANSWERS, 'GET /api/v1/access-records': pageOf([]) });
  expect(await screen.findByText('No call ended with 4xx')).toBeTruthy();
  const link = screen.getByText('Open in access logs');
  expect(link.getAttribute('href')).toBe(`#/records?endpoint_id=${ID}&status=4xx`);
});

test('how it answers is told, and what is not set', async () => {
  const page_ = { style: 'keyset' as const, by: ['-created_at', 'id'], size: 50 };
  const cache = { ttl: 60, vary: ['client' as const] };
  const draft = { ...DRAFT, cache, page: page_, max_export_rows: 500, allow_async: true };
  const { unmount } = draw(page(), { ...ANSWERS, [`GET ${HERE}/draft`]: draft });
  expect(await screen.findByText('60 s, for each client')).toBeTruthy();
  expect(screen.getByText('50 rows each, by created_at down, id (keyset)')).toBeTruthy();
  expect(screen.getByText('500')).toBeTruthy();
  expect(screen.getByText('May be fetched later').nextSibling?.textContent).toBe('yes');
  unmount();
  draw(page(), ANSWERS);
  expect((await screen.findByText('Kept')).nextSibling?.textContent).toBe('no');
  expect(screen.getByText('as many as an answer')).toBeTruthy();
});
