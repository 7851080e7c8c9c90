import { configure, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import { PageView } from '../../../src/pages/PageView';
import { draw, refusal } from '../../fakePlatform';
import { record } from './records';

// Pages are loaded when they are first shown.
configure({ asyncUtilTimeout: 10_000 });

const EMPTY = { items: [], total: 0, next: null, total_is_capped: false };
const REST = { 'GET /api/v1/endpoints': EMPTY, 'GET /api/v1/clients': EMPTY };
const LIST = {
  ...REST,
  'GET /api/v1/access-records': { ...EMPTY, items: [record()], total: 1 },
  'GET /api/v1/access-records/7': record({ error: 'it broke', error_code: 'failed', status: 500 })
};

test('the filters of the location are sent, and a row opens its record', async () => {
  const world = draw(<PageView location="/records?status=5xx&path=orders" />, LIST);
  await userEvent.click(await screen.findByText('orders/7'));
  const asked = world.platform.requests.find(one => one.url.pathname.endsWith('/access-records'));
  expect(asked?.url.searchParams.get('status')).toBe('5xx');
  expect(asked?.url.searchParams.get('path')).toBe('orders');
  expect(world.opened).toEqual(['/records?status=5xx&path=orders&record=7']);
});

test('an open record tells its error, and is asked again in a cell', async () => {
  const notebooks = { insertCells: vi.fn(), insertText: vi.fn(), openCell: vi.fn() };
  draw(<PageView location="/records?record=7" />, LIST, { notebooks });
  expect(await screen.findByText('it broke')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Replay in a cell' }));
  expect(notebooks.insertCells).toHaveBeenCalledWith(
    '%dbapi call GET orders/{customer_id} customer_id=7'
  );
});

test('without a notebook nothing is replayed', async () => {
  draw(<PageView location="/records?record=7" />, LIST);
  await screen.findByText('it broke');
  expect(screen.queryByText('Replay in a cell')).toBeNull();
});

test('what comes while it is live is put on top', async () => {
  const answers = {
    ...LIST,
    'GET /api/v1/access-records': (request: Request) =>
      new URL(request.url).searchParams.has('after_id')
        ? { ...EMPTY, items: [record({ id: 8, path: 'orders/new' }), record()] }
        : { ...EMPTY, items: [record()], total: 1 }
  };
  draw(<PageView location="/records" />, answers);
  await screen.findByText('orders/7');
  await userEvent.click(screen.getByRole('switch', { name: 'Live' }));
  expect(await screen.findByText('orders/new')).toBeTruthy();
  const table = screen.getByRole('table', { name: 'Access records' });
  const rows = within(table)
    .getAllByRole('row')
    .map(row => row.textContent);
  expect(rows.findIndex(row => row.includes('orders/new'))).toBe(1);
  expect(within(table).getAllByText('orders/7')).toHaveLength(1);
});

test('a filter that is refused says why, and no records says how to make the first', async () => {
  const refused = { 'GET /api/v1/access-records': () => refusal(422, 'invalid', 'Not a network') };
  const first = draw(<PageView location="/records?ip_address=x" />, { ...REST, ...refused });
  expect(await screen.findByText('Not a network')).toBeTruthy();
  first.unmount();
  draw(<PageView location="/records" />, { ...REST, 'GET /api/v1/access-records': EMPTY });
  expect(await screen.findByText('Nothing was asked of the gateway yet')).toBeTruthy();
});
