import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { PageView } from '../../src/pages/PageView';
import { draw, refusal, SUPERUSER } from '../fakePlatform';

const VIEWER = { ...SUPERUSER, is_superuser: false, permissions: [] };

test('a page that the user may not see names the permission', async () => {
  draw(<PageView location="/audit" />, {}, { me: VIEWER });
  expect(await screen.findByText(/audit_entry:read/)).toBeTruthy();
});

test('a location without a page says so', async () => {
  draw(<PageView location="/nowhere" />, {});
  expect(await screen.findByText('There is no page at /nowhere')).toBeTruthy();
});

test('a platform that fails is told with the id of the request', async () => {
  draw(<PageView location="/audit" />, {
    'GET /api/v1/users/me': () => refusal(403, 'forbidden', 'Your account is locked')
  });
  expect(await screen.findByText('Your account is locked')).toBeTruthy();
});
