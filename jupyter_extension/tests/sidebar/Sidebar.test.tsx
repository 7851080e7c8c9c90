import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';

import { ApiError } from '../../src/api/errors';
import type { TreeNode } from '../../src/sidebar/nodes';
import { draw, refusal, SUPERUSER, type World } from '../fakePlatform';
import { ANSWERS, endpoint, page, sessionOf, sidebarIn, STATUS } from './world';

async function drawSidebar(
  answers: Record<string, object> = ANSWERS,
  me = SUPERUSER,
  menus: TreeNode[] = []
): Promise<World> {
  const session = sessionOf(() => Promise.resolve({ ...STATUS, user: me }));
  const world = draw(sidebarIn(session, menus), answers, { me });
  await session.begin();
  return world;
}

const asked = (world: World, path: string): number =>
  world.platform.requests.filter(({ url }) => url.pathname === path).length;

test('tables are asked for when their datasource is opened, and not before', async () => {
  const world = await drawSidebar();
  const shop = await screen.findByRole('treeitem', { name: 'Datasource shop, DuckDB' });
  expect(asked(world, '/api/v1/datasources/d1/tables')).toBe(0);
  await userEvent.click(shop);
  const table = await screen.findByRole('treeitem', { name: 'Table orders' });
  expect(table.getAttribute('aria-level')).toBe('4');
  await userEvent.click(table);
  expect(await screen.findByRole('treeitem', { name: 'Column id, BIGINT, not null' })).toBeTruthy();
});

test('the state of an endpoint is read out', async () => {
  await drawSidebar();
  await userEvent.click(await screen.findByRole('treeitem', { name: 'Module sales' }));
  expect(await screen.findByRole('treeitem', { name: 'GET orders/2, draft' })).toBeTruthy();
});

test('an endpoint opens its page', async () => {
  const world = await drawSidebar();
  await userEvent.click(await screen.findByRole('treeitem', { name: 'Module sales' }));
  await userEvent.click(await screen.findByRole('treeitem', { name: 'GET orders/1, live' }));
  expect(world.opened).toEqual(['/endpoints/e1']);
});

test('the next page of a module is asked for when its end comes into sight', async () => {
  await drawSidebar({
    ...ANSWERS,
    'GET /api/v1/endpoints': (request: Request) =>
      new URL(request.url).searchParams.get('cursor') === 'c1'
        ? page([endpoint(2)], { total: 2 })
        : page([endpoint(1)], { total: 2, next: 'c1' })
  });
  await userEvent.click(await screen.findByRole('treeitem', { name: 'Module sales' }));
  expect(await screen.findByRole('treeitem', { name: 'GET orders/2, live' })).toBeTruthy();
  expect(screen.queryByRole('treeitem', { name: 'Loading more …' })).toBeNull();
});

test('a search is the platform’s, and is sent once typing rests', async () => {
  const world = await drawSidebar();
  await screen.findByRole('treeitem', { name: 'Module sales' });
  await userEvent.type(screen.getByRole('searchbox'), 'ord');
  await screen.findByRole('treeitem', { name: 'GET orders/1, live' });
  const searches = world.platform.requests.map(({ url }) => url.searchParams.get('search'));
  expect(searches.filter(Boolean)).toEqual(['ord']);
});

test('a state narrows the endpoints', async () => {
  const world = await drawSidebar();
  await screen.findByRole('treeitem', { name: 'Module sales' });
  await userEvent.selectOptions(screen.getByLabelText('State of endpoints'), 'draft');
  await screen.findByRole('treeitem', { name: 'GET orders/2, draft' });
  expect(world.platform.requests.at(-1)?.url.searchParams.get('state')).toBe('draft');
});

test('what the user may not read is not shown, nor asked for', async () => {
  const me = {
    ...SUPERUSER,
    is_superuser: false,
    permissions: [{ resource_type: 'macro', action: 'read', resource_id: null } as const]
  };
  const world = await drawSidebar(ANSWERS, me);
  await screen.findByRole('treeitem', { name: 'Macros' });
  expect(screen.queryByRole('treeitem', { name: 'Datasources' })).toBeNull();
  expect(screen.queryByRole('treeitem', { name: 'Endpoints' })).toBeNull();
  expect(asked(world, '/api/v1/datasources')).toBe(0);
});

test('a list that fails says so in its place, and is asked for again', async () => {
  const answer = vi.fn(() => refusal(424, 'datasource_unavailable', 'shop does not answer'));
  await drawSidebar({ ...ANSWERS, 'GET /api/v1/datasources/d1/tables': answer });
  await userEvent.click(await screen.findByRole('treeitem', { name: 'Datasource shop, DuckDB' }));
  const note = await screen.findByRole('treeitem', { name: 'shop does not answer. Try again' });
  await userEvent.click(note);
  await waitFor(() => expect(answer).toHaveBeenCalledTimes(2));
});

test('a right click opens the menu of its row', async () => {
  const menus: TreeNode[] = [];
  await drawSidebar(ANSWERS, SUPERUSER, menus);
  const shop = await screen.findByRole('treeitem', { name: 'Datasource shop, DuckDB' });
  await userEvent.pointer({ keys: '[MouseRight]', target: shop });
  await userEvent.click(screen.getByRole('button', { name: 'Actions for shop' }));
  expect(menus.map(node => node.id)).toEqual(['datasource/d1', 'datasource/d1']);
});

test('arrows, Home, End and letters move through the tree', async () => {
  await drawSidebar();
  const first = await screen.findByRole('treeitem', { name: 'Datasources' });
  await screen.findByRole('treeitem', { name: 'Module sales' });
  first.focus();
  const focused = (name: string): Promise<void> =>
    waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe(name));
  await userEvent.keyboard('{ArrowDown}');
  await focused('Datasource shop, DuckDB');
  await userEvent.keyboard('{End}');
  await focused('Audit');
  await userEvent.keyboard('{Home}');
  await focused('Datasources');
  await userEvent.keyboard('sal');
  await focused('Module sales');
});

test('the command that enables the server part is told where it is missing', async () => {
  const session = sessionOf(() => Promise.reject(new ApiError(404, 'error', 'Not found')));
  draw(sidebarIn(session), {});
  await session.begin();
  expect(await screen.findByText('jupyter server extension enable dbapi_jupyter')).toBeTruthy();
});

test('two versions that may not fit are told, and everything goes on', async () => {
  const message = 'Upgrade the extension';
  const session = sessionOf(() => Promise.resolve({ ...STATUS, compatible: false, message }));
  draw(sidebarIn(session), ANSWERS);
  await session.begin();
  expect(await screen.findByText(message)).toBeTruthy();
  expect(await screen.findByRole('treeitem', { name: 'Datasource shop, DuckDB' })).toBeTruthy();
});

test('whoever is logged out is offered the login, unless a token is set for Jupyter', async () => {
  const out = { ...STATUS, user: null, message: 'Nobody is logged in' };
  const session = sessionOf(() => Promise.resolve(out));
  const { unmount } = draw(sidebarIn(session), {});
  await session.begin();
  expect(await screen.findByRole('button', { name: 'Log in' })).toBeTruthy();
  unmount();
  const fixed = sessionOf(() => Promise.resolve({ ...out, login_methods: [] }));
  draw(sidebarIn(fixed), {});
  await fixed.begin();
  await screen.findByText('Nobody is logged in');
  expect(screen.queryByRole('button', { name: 'Log in' })).toBeNull();
});
