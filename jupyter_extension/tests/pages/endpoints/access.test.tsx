import { fireEvent, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';

import EndpointsPage from '../../../src/pages/endpoints/EndpointsPage';
import { LocationProvider } from '../../../src/pages/location';
import { draw } from '../../fakePlatform';
import { ANSWERS, ID, pageOf } from './world';

function page(rest: string) {
  return (
    <LocationProvider location={`/endpoints/${ID}${rest}`}>
      <EndpointsPage />
    </LocationProvider>
  );
}

test('a client is granted the endpoint, and loses it after a question', async () => {
  const client = { id: 'c1', name: 'Web shop', description: null, is_active: true, groups: [] };
  const given = { directly: true, groups: [] };
  let has = false;
  const { platform } = draw(page('/access'), {
    ...ANSWERS,
    'GET /api/v1/groups': pageOf([]),
    'GET /api/v1/clients': request => {
      const isOfEndpoint = new URL(request.url).searchParams.get('endpoint_id') === ID;
      return pageOf(isOfEndpoint && !has ? [] : [{ ...client, endpoints: [], granted: given }]);
    },
    [`PUT /api/v1/clients/c1/endpoints/${ID}`]: () => {
      has = true;
      return new Response(null, { status: 204 });
    },
    [`DELETE /api/v1/clients/c1/endpoints/${ID}`]: () => {
      has = false;
      return new Response(null, { status: 204 });
    }
  });
  expect(await screen.findByText('No client has it yet.')).toBeTruthy();
  fireEvent.click(screen.getByText('Add a client'));
  fireEvent.click(await screen.findByRole('option', { name: /Web shop/, hidden: true }));
  expect(await screen.findByText('Clients (1)')).toBeTruthy();
  fireEvent.click(screen.getByText('Done'));
  fireEvent.click(screen.getByRole('button', { name: 'Take away Web shop' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('Take GET orders/{customer_id} from Web shop?');
  expect(dialog.textContent).toContain('Web shop may no longer call it');
  fireEvent.click(within(dialog).getByText('Take away'));
  expect(await screen.findByText('No client has it yet.')).toBeTruthy();
  expect(platform.requests.some(one => one.method === 'DELETE')).toBe(true);
});

test('who has it by a group is told so, more is shown on demand, and the platform searches', async () => {
  const user = userEvent.setup();
  const client = (name: string, granted: object) => ({
    id: name,
    name,
    description: null,
    is_active: true,
    endpoints: [],
    groups: [],
    granted
  });
  const internal = { directly: false, groups: [{ id: 'g1', name: 'Internal' }] };
  const { platform } = draw(page('/access'), {
    ...ANSWERS,
    'GET /api/v1/groups': pageOf([
      { id: 'g1', name: 'Internal', description: null, is_active: true, endpoints: [], clients: 7 }
    ]),
    'GET /api/v1/clients': request => {
      const asked = new URL(request.url).searchParams;
      if (asked.get('search')) return pageOf([client('Partner', internal)]);
      const items = asked.get('cursor')
        ? [client('Web shop', { directly: true, groups: [] })]
        : [client('App', internal)];
      return { items, total: 60, next: asked.get('cursor') ? null : 'more' };
    }
  });
  expect((await screen.findByText('App')).closest('li')?.textContent).toBe(
    'App by the group Internal'
  );
  expect((await screen.findByText('7 clients')).closest('li')?.textContent).toContain('Internal');
  // Only what it was given itself is taken away here.
  expect(screen.queryByRole('button', { name: 'Take away App' })).toBeNull();
  await user.click(screen.getByText('Show more'));
  expect(await screen.findByText('Web shop')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Take away Web shop' })).toBeTruthy();
  await user.type(screen.getByLabelText('Search these clients'), 'part');
  expect(await screen.findByText('Partner')).toBeTruthy();
  expect(screen.queryByText('Web shop')).toBeNull();
  const asked = platform.requests.filter(one => one.url.pathname === '/api/v1/clients');
  expect(asked.map(one => one.url.search.replace(/&?limit=\d+/, ''))).toEqual([
    `?endpoint_id=${ID}`,
    `?endpoint_id=${ID}&cursor=more`,
    `?endpoint_id=${ID}&search=part`
  ]);
});
