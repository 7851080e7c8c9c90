import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';

// Loaded before, because pages are loaded when they are opened.
import '../../../src/pages/clients/ClientsPage';
import '../surroundings';
import type { ClientAnswer, GroupAnswer, MeAnswer } from '../../../src/api/schema';
import { PageView } from '../../../src/pages/PageView';
import { draw, refusal, SUPERUSER } from '../../fakePlatform';

const CLIENT: ClientAnswer = {
  id: 'c1',
  name: 'Web shop',
  client_id: 'abc',
  description: null,
  is_active: true,
  rate_limit_per_minute: 60,
  max_concurrent: null,
  token_seconds: null,
  endpoints: [{ id: 'e1', method: 'GET', path: 'orders' }],
  groups: [{ id: 'g1', name: 'Internal' }],
  created_at: '2026-01-01T00:00:00Z',
  previous_secret_until: null
};
const GROUP: GroupAnswer = {
  id: 'g1',
  name: 'Internal',
  description: null,
  is_active: true,
  endpoints: [],
  clients: 12
};
const READER: MeAnswer = {
  ...SUPERUSER,
  is_superuser: false,
  permissions: [{ resource_type: 'client', action: 'read', resource_id: null }]
};
const ONE = {
  'GET /api/v1/clients/c1': CLIENT,
  'GET /api/v1/about': { name: 'x', version: '1', gateway_url: 'https://api.example/api' },
  'GET /api/v1/access-records': { items: [], total: 17, next: null }
};
const LIST = { 'GET /api/v1/clients': { items: [CLIENT], total: 1, next: null } };

test('a client is listed with its limits and groups, and the search is the platform’s', async () => {
  const { platform } = draw(<PageView location="/clients?search=shop" />, LIST);
  expect(await screen.findByText('Web shop')).toBeTruthy();
  expect(screen.getByText('60/min')).toBeTruthy();
  expect(screen.getByText('Internal')).toBeTruthy();
  const asked = platform.requests.find(one => one.url.pathname === '/api/v1/clients');
  expect(asked?.url.search).toBe('?limit=100&search=shop');
});

test('who may only read is offered no change', async () => {
  draw(<PageView location="/clients/c1" />, ONE, { me: READER });
  expect(await screen.findByRole('heading', { name: 'Web shop' })).toBeTruthy();
  for (const name of [/Edit/, /Delete/, /Replace/, /Add/, /Take away/]) {
    expect(screen.queryByRole('button', { name })).toBeNull();
  }
});

test('a new client’s secret is shown once, and is not lost by Escape alone', async () => {
  const user = userEvent.setup();
  const { platform, opened } = draw(<PageView location="/clients" />, {
    ...LIST,
    'GET /api/v1/about': ONE['GET /api/v1/about'],
    'POST /api/v1/clients': { ...CLIENT, id: 'c2', client_secret: 's3cret' }
  });
  await user.click(await screen.findByRole('button', { name: 'New client' }));
  await user.type(screen.getByLabelText('Name'), 'Web shop');
  await user.type(screen.getByLabelText(/Requests a minute/), '30');
  await user.click(screen.getByRole('button', { name: 'Make the client' }));
  expect(await screen.findByText('s3cret')).toBeTruthy();
  const sent = platform.requests.find(one => one.method === 'POST')?.body;
  expect(sent).toMatchObject({ name: 'Web shop', rate_limit_per_minute: 30, max_concurrent: null });
  await user.click(screen.getByRole('button', { name: 'Close' }));
  expect(screen.getByText('s3cret')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'I have kept the secret' }));
  expect(screen.queryByText('s3cret')).toBeNull();
  expect(opened).toEqual(['/clients/c2']);
});

test('what is wrong with a limit stands beside its field', async () => {
  const user = userEvent.setup();
  draw(<PageView location="/clients" />, {
    ...LIST,
    'POST /api/v1/clients': () => refusal(422, 'invalid_request', 'no', 'token_seconds')
  });
  await user.click(await screen.findByRole('button', { name: 'New client' }));
  await user.type(screen.getByLabelText('Name'), 'x');
  await user.click(screen.getByRole('button', { name: 'Make the client' }));
  const alert = await screen.findByRole('alert');
  expect(alert.closest('label')?.textContent).toContain('Token lifetime (s)');
});

test('editing sends only what was changed', async () => {
  const user = userEvent.setup();
  const { platform } = draw(<PageView location="/clients/c1" />, {
    ...ONE,
    'PATCH /api/v1/clients/c1': CLIENT
  });
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  await user.clear(screen.getByLabelText(/Requests a minute/));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => {
    const sent = platform.requests.find(one => one.method === 'PATCH')?.body;
    expect(sent).toEqual({ rate_limit_per_minute: null });
  });
});

test('deleting names what the client calls, and how much it called', async () => {
  const user = userEvent.setup();
  draw(<PageView location="/clients/c1" />, ONE);
  await user.click(await screen.findByRole('button', { name: 'Delete' }));
  const dialog = screen.getByRole('dialog');
  expect(await screen.findByText('17')).toBeTruthy();
  expect(dialog.textContent).toContain('orders');
  expect(dialog.textContent).toContain('Internal');
});

test('a refused grant is told in the dialog', async () => {
  const user = userEvent.setup();
  draw(<PageView location="/clients/c1" />, {
    ...ONE,
    'GET /api/v1/endpoints': {
      items: [{ id: 'e2', method: 'GET', path: 'stock', description: null, name: null }],
      total: 1
    },
    'PUT /api/v1/clients/c1/endpoints/e2': () =>
      refusal(403, 'forbidden', 'You need the permission endpoint:execute for this')
  });
  await user.click(await screen.findByRole('button', { name: 'Add an endpoint' }));
  await user.click(await screen.findByText('GET stock'));
  expect(await screen.findByText(/endpoint:execute/)).toBeTruthy();
});

test('a group that somebody else changed is not overwritten unseen', async () => {
  const user = userEvent.setup();
  const group = { ...GROUP };
  const sent: (string | null)[] = [];
  draw(<PageView location="/clients/groups/g1" />, {
    ...LIST,
    'GET /api/v1/groups/g1': () => Response.json(group, { headers: { ETag: '"1"' } }),
    'PATCH /api/v1/groups/g1': request => {
      const tag = request.headers.get('If-Match');
      sent.push(tag);
      if (tag === '"2"') return group;
      const current = { ...group, name: 'Theirs' };
      const meanwhile = { current, sent: { name: 'Mine' }, etag: '"2"' };
      const error = { code: 'precondition_failed', request_id: 'r', details: [], ...meanwhile };
      return Response.json({ message: 'Changed', error }, { status: 412 });
    }
  });
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  await user.clear(screen.getByLabelText('Name'));
  await user.type(screen.getByLabelText('Name'), 'Mine');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('Theirs')).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('Mine');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(sent).toEqual(['"1"', '"2"']);
});

test('a group asks for its own clients only, and names some when it is to be deleted', async () => {
  const user = userEvent.setup();
  const { platform } = draw(<PageView location="/clients/groups/g1" />, {
    'GET /api/v1/groups/g1': GROUP,
    'GET /api/v1/clients': { items: [CLIENT], total: 12, next: 'more' }
  });
  expect(await screen.findByText('Web shop')).toBeTruthy();
  expect(screen.getByText('Clients (12)')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Delete' }));
  expect(screen.getByRole('dialog').textContent).toContain('In it now: Web shop and 11 more.');
  const asked = platform.requests.filter(one => one.url.pathname === '/api/v1/clients');
  expect(new Set(asked.map(one => one.url.searchParams.get('group_id')))).toEqual(new Set(['g1']));
});

test('taking something away asks first, and tells what is lost', async () => {
  const user = userEvent.setup();
  const { platform } = draw(<PageView location="/clients/c1" />, {
    ...ONE,
    'DELETE /api/v1/clients/c1/endpoints/e1': () => new Response(null, { status: 204 })
  });
  await user.click(await screen.findByRole('button', { name: 'Take away GET orders' }));
  expect(screen.getByRole('dialog').textContent).toContain('Take GET orders from Web shop?');
  expect(platform.requests.some(one => one.method === 'DELETE')).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Take away' }));
  await waitFor(() => expect(platform.requests.some(one => one.method === 'DELETE')).toBe(true));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

test('a client that somebody else changed is not overwritten unseen', async () => {
  const user = userEvent.setup();
  const sent: (string | null)[] = [];
  draw(<PageView location="/clients/c1" />, {
    ...ONE,
    'GET /api/v1/clients/c1': () => Response.json(CLIENT, { headers: { ETag: '"1"' } }),
    'PATCH /api/v1/clients/c1': request => {
      const tag = request.headers.get('If-Match');
      sent.push(tag);
      if (tag === '"2"') return CLIENT;
      const current = { ...CLIENT, rate_limit_per_minute: 77 };
      const meanwhile = { current, sent: { rate_limit_per_minute: 88 }, etag: '"2"' };
      const error = { code: 'precondition_failed', request_id: 'r', details: [], ...meanwhile };
      return Response.json({ message: 'Changed', error }, { status: 412 });
    }
  });
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  const field = screen.getByLabelText<HTMLInputElement>(/Requests a minute/);
  await user.clear(field);
  await user.type(field, '88');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('77')).toBeTruthy();
  expect(field.value).toBe('88');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(sent).toEqual(['"1"', '"2"']);
});
