import type { ReactElement } from 'react';

import { Session } from '../../src/lab/session';
import type { Server, Status } from '../../src/lab/server';
import { Sidebar } from '../../src/sidebar/Sidebar';
import type { TreeNode } from '../../src/sidebar/nodes';
import { SUPERUSER } from '../fakePlatform';

// Nothing has a size in jsdom, and what has none shows no rows.
Object.defineProperty(Element.prototype, 'clientHeight', { value: 700 });
Object.defineProperty(Element.prototype, 'clientWidth', { value: 300 });

export const STATUS: Status = {
  extension_version: '0.1.0',
  url: 'http://data.example.com',
  reachable: true,
  platform_version: '0.1.0',
  compatible: true,
  message: null,
  user: SUPERUSER,
  login_methods: ['password', 'token']
};

/** A session whose server part answers this. */
export function sessionOf(status: () => Promise<Status>): Session {
  return new Session({ status, logIn: status, logOut: status } as unknown as Server);
}

/** The sidebar in a session, and the rows whose menus were opened. */
export function sidebarIn(session: Session, menus: TreeNode[] = []): ReactElement {
  return (
    <Sidebar
      session={session}
      logIn={() => undefined}
      logOut={() => Promise.resolve()}
      openMenu={node => menus.push(node)}
    />
  );
}

/** An endpoint as the platform lists it. */
export function endpoint(number: number, more: object = {}): object {
  return {
    id: `e${number}`,
    method: 'GET',
    path: `orders/${number}`,
    module: 'sales',
    name: null,
    state: 'live',
    url: `http://data.example.com/api/orders/${number}`,
    ...more
  };
}

export const page = (items: readonly object[], more: object = {}): object => ({
  items,
  total: items.length,
  next: null,
  ...more
});

export const ORDERS = {
  schema: 'main',
  name: 'orders',
  kind: 'table',
  columns: [
    { name: 'id', type: 'BIGINT', nullable: false },
    { name: 'Customer', type: 'VARCHAR', nullable: true }
  ]
};

/** A platform with one of each. */
export const ANSWERS = {
  'GET /api/v1/datasources': page([{ id: 'd1', name: 'shop', product_type: 'duckdb' }]),
  'GET /api/v1/datasources/d1/tables': page([ORDERS]),
  'GET /api/v1/modules': page([{ id: 'm1', name: 'sales' }]),
  'GET /api/v1/endpoints': page([endpoint(1), endpoint(2, { state: 'draft' })]),
  'GET /api/v1/macros': page([])
};
