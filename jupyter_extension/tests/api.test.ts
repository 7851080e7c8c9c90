import { expect, test } from 'vitest';

import { createApi } from '../src/api/client';
import { ApiError } from '../src/api/errors';
import { mayOf } from '../src/api/me';
import { FakePlatform, refusal, SUPERUSER } from './fakePlatform';

test('a refusal is thrown with its code, its fields and its request', async () => {
  const platform = new FakePlatform({
    'POST /api/v1/clients': () => refusal(422, 'invalid', 'name: too long', 'name')
  });
  const { http } = createApi(platform.send, '');
  const failure = await http
    .POST('/api/v1/clients', { body: { name: 'x', is_active: true } })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 422, code: 'invalid', requestId: 'req-1' });
  expect((failure as ApiError).of('name')).toBe('name: too long');
});

test('a platform that does not answer is an ApiError too', async () => {
  const { http } = createApi(() => Promise.reject(new TypeError('Failed to fetch')), '');
  await expect(http.GET('/api/v1/roles')).rejects.toMatchObject({ status: 0, code: 'unreachable' });
});

test('the entity tag of what was read is known for a change', async () => {
  const platform = new FakePlatform({
    'GET /api/v1/roles': () => new Response('{"data":[]}', { headers: { ETag: '"7"' } })
  });
  const api = createApi(platform.send, '/user/ada/dbapi/platform');
  await api.http.GET('/api/v1/roles').catch(() => undefined);
  expect(platform.requests[0]?.url.pathname).toBe('/user/ada/dbapi/platform/api/v1/roles');
});

test('a grant on a module covers the endpoints in it, and no others', () => {
  const may = mayOf({
    ...SUPERUSER,
    is_superuser: false,
    permissions: [{ resource_type: 'module', action: 'update', resource_id: 'm1' }]
  });
  expect(may('endpoint', 'update')).toBe(true);
  expect(may('endpoint', 'update', { id: 'e', module: 'm1' })).toBe(true);
  expect(may('endpoint', 'update', { id: 'e', module: 'm2' })).toBe(false);
  expect(may('endpoint', 'delete')).toBe(false);
  expect(may('client', 'update')).toBe(false);
});
