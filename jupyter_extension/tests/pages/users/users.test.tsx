import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';

// Loaded before, because pages are loaded when they are opened.
import '../../../src/pages/users/UsersPage';
import '../../../src/pages/users/account/AccountPage';
import '../surroundings';
import type { MeAnswer } from '../../../src/api/schema';
import { PageView } from '../../../src/pages/PageView';
import { draw, refusal, SUPERUSER } from '../../fakePlatform';

const grant = (type: string, action: string) => ({
  resource_type: type,
  action,
  resource_id: null,
  resource_name: null
});
const ROLE = {
  id: 'r1',
  name: 'Team',
  description: null,
  permissions: [grant('role', 'delete')],
  users: 2,
  created_at: '2026-01-01T00:00:00Z'
};
const USER = {
  id: 'u1',
  username: 'vera',
  email: null,
  full_name: 'Vera',
  is_active: true,
  is_superuser: false,
  roles: ['Team'],
  created_at: '2026-01-01T00:00:00Z',
  last_login_at: null
};
const actions = (...names: string[]) =>
  names.map(action => ({ action, meaning: `may ${action}`, for_all: true, for_one: false }));
const ANSWERS = {
  'GET /api/v1/roles': { items: [ROLE], total: 1 },
  'GET /api/v1/roles/r1': () => Response.json(ROLE, { headers: { ETag: '"7"' } }),
  'GET /api/v1/permissions': {
    items: [{ resource_type: 'role', actions: actions('read', 'create', 'delete') }]
  },
  'GET /api/v1/users/u1': USER,
  'GET /api/v1/users': { items: [USER], total: 1, next: null }
};
const ROLE_EDITOR: MeAnswer = {
  ...SUPERUSER,
  is_superuser: false,
  permissions: [
    { resource_type: 'role', action: 'read', resource_id: null },
    { resource_type: 'role', action: 'update', resource_id: null },
    { resource_type: 'user', action: 'read', resource_id: null },
    { resource_type: 'user', action: 'update', resource_id: null }
  ]
};

test('ticks are unsaved until they are saved together, over what was seen', async () => {
  const user = userEvent.setup();
  const { platform } = draw(<PageView location="/users/roles/r1" />, {
    ...ANSWERS,
    'PATCH /api/v1/roles/r1': ROLE
  });
  await user.click(await screen.findByRole('checkbox', { name: 'role:read' }));
  await user.click(screen.getByRole('checkbox', { name: 'role:delete' }));
  const unsaved = screen.getByRole('region', { name: 'Unsaved changes' });
  expect(unsaved.textContent).toContain('2 unsaved changes');
  expect(unsaved.textContent).toContain('Takes away: role:delete');
  expect(platform.requests.some(one => one.method === 'PATCH')).toBe(false);
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByText('2 unsaved changes')).toBeNull());
  const sent = platform.requests.filter(one => one.method === 'PATCH');
  expect(sent).toHaveLength(1);
  expect(sent[0]?.headers.get('If-Match')).toBe('"7"');
  expect(sent[0]?.body).toEqual({
    permissions: [{ resource_type: 'role', action: 'read', resource_id: null }]
  });
});

test('what one does not have oneself cannot be ticked, and says why', async () => {
  const user = userEvent.setup();
  draw(<PageView location="/users/roles/r1" />, ANSWERS, { me: ROLE_EDITOR });
  const refused = await screen.findByRole('checkbox', { name: /role:create.*do not have it/ });
  expect((refused as HTMLInputElement).disabled).toBe(true);
  // What the role has may be taken away by anybody who may change it, and ticked again.
  const held = screen.getByRole<HTMLInputElement>('checkbox', { name: 'role:delete' });
  await user.click(held);
  expect(held.checked).toBe(false);
  expect(held.disabled).toBe(false);
});

test('a refused delegation stands beside the roles', async () => {
  const user = userEvent.setup();
  draw(
    <PageView location="/users/u1" />,
    {
      ...ANSWERS,
      'PATCH /api/v1/users/u1': () =>
        refusal(403, 'forbidden', 'You cannot give the permission role:delete')
    },
    { me: ROLE_EDITOR }
  );
  await user.click(await screen.findByRole('button', { name: 'Edit' }));
  expect(screen.queryByText(/Superuser/)).toBeNull();
  await user.click(await screen.findByRole('checkbox', { name: 'Team' }));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  const alert = await screen.findByText('You cannot give the permission role:delete');
  expect(alert.closest('fieldset')?.textContent).toContain('Roles');
});

test('an account is for everybody, and a token is shown once', async () => {
  const user = userEvent.setup();
  const nobody = { ...SUPERUSER, is_superuser: false, permissions: [] };
  draw(
    <PageView location="/users/me" />,
    {
      'GET /api/v1/sessions': { items: [], total: 0 },
      'GET /api/v1/tokens': { items: [], total: 0 },
      'POST /api/v1/tokens': { id: 't', name: 'job', token: 'dbapi_pat_x' }
    },
    { me: nobody }
  );
  await user.click(await screen.findByRole('button', { name: 'New token' }));
  await user.type(screen.getByLabelText(/Name/), 'job');
  await user.click(screen.getByRole('button', { name: 'Make the token' }));
  expect(await screen.findByText('dbapi_pat_x')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'I have kept the token' }));
  expect(screen.queryByText('dbapi_pat_x')).toBeNull();
});
