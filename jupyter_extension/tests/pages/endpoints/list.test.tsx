import { fireEvent, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import EndpointsPage from '../../../src/pages/endpoints/EndpointsPage';
import { LocationProvider } from '../../../src/pages/location';
import { draw, refusal } from '../../fakePlatform';
import { ANSWERS, ENDPOINT, pageOf, whoMay } from './world';

function list(location = '/endpoints') {
  return (
    <LocationProvider location={location}>
      <EndpointsPage />
    </LocationProvider>
  );
}

test('endpoints are listed, and one opens by a click or Enter', async () => {
  const world = draw(list(), { ...ANSWERS, 'GET /api/v1/endpoints': pageOf([ENDPOINT]) });
  const row = (await screen.findByText('orders/{customer_id}')).closest('tr');
  expect(row?.textContent).toContain('edited');
  if (!row) throw new Error('there is no row');
  fireEvent.click(row);
  fireEvent.keyDown(row, { key: 'Enter' });
  expect(world.opened).toEqual([`/endpoints/${ENDPOINT.id}`, `/endpoints/${ENDPOINT.id}`]);
});

test('the filters of the location are what the platform is asked for', async () => {
  const { platform } = draw(list('/endpoints?search=ord&state=live&sort=-updated_at'), {
    ...ANSWERS,
    'GET /api/v1/endpoints': pageOf([ENDPOINT])
  });
  await screen.findByText('orders/{customer_id}');
  const asked = platform.requests.find(one => one.url.pathname === '/api/v1/endpoints')?.url;
  expect(asked?.searchParams.get('search')).toBe('ord');
  expect(asked?.searchParams.get('state')).toBe('live');
  expect(asked?.searchParams.get('sort')).toBe('-updated_at');
  expect(asked?.searchParams.has('cursor')).toBe(false);
});

test('what is typed is searched for once typing pauses', async () => {
  const world = draw(list(), { ...ANSWERS, 'GET /api/v1/endpoints': pageOf([ENDPOINT]) });
  await userEvent.type(await screen.findByLabelText('Search paths and names'), 'orders');
  await waitFor(() => expect(world.opened).toEqual(['/endpoints?search=orders']));
});

test('further pages are loaded near the end of the rows', async () => {
  const pages: Record<string, object> = {
    '': { items: [{ ...ENDPOINT, id: 'a', path: 'first' }], total: 2, next: 'two' },
    two: { items: [{ ...ENDPOINT, id: 'b', path: 'second' }], total: 2, next: null }
  };
  draw(list(), {
    ...ANSWERS,
    'GET /api/v1/endpoints': (request: Request) =>
      pages[new URL(request.url).searchParams.get('cursor') ?? '']
  });
  expect(await screen.findByText('second')).toBeTruthy();
  expect(screen.getByText('first')).toBeTruthy();
  expect(screen.getByText('2 endpoints')).toBeTruthy();
});

test('where nothing is yet, the first cell can be put into the notebook', async () => {
  const insertCells = vi.fn();
  const notebooks = { insertCells, insertText: vi.fn(), openCell: vi.fn() };
  draw(list(), { ...ANSWERS, 'GET /api/v1/endpoints': pageOf([]) }, { notebooks });
  fireEvent.click(await screen.findByText('Insert into the notebook'));
  expect(insertCells).toHaveBeenCalledWith(expect.stringContaining('%%dbapi sql GET hello/{name}'));
});

test('who may make none is told whom to ask', async () => {
  draw(
    list(),
    { ...ANSWERS, 'GET /api/v1/endpoints': pageOf([]) },
    { me: whoMay('endpoint:read') }
  );
  expect(await screen.findByText(/Ask an administrator/)).toBeTruthy();
});

test('a search that finds nothing can be cleared', async () => {
  const world = draw(list('/endpoints?search=x&state=live'), {
    ...ANSWERS,
    'GET /api/v1/endpoints': pageOf([])
  });
  fireEvent.click(await screen.findByText('Clear the search and filters'));
  expect(world.opened).toEqual(['/endpoints']);
});

test('a list that cannot be had is asked for again', async () => {
  let isDown = true;
  draw(list(), {
    ...ANSWERS,
    'GET /api/v1/endpoints': () =>
      isDown ? refusal(400, 'bad', 'The store is away') : pageOf([ENDPOINT])
  });
  await screen.findByText('The store is away');
  isDown = false;
  fireEvent.click(screen.getByText('Try again'));
  expect(await screen.findByText('orders/{customer_id}')).toBeTruthy();
});
