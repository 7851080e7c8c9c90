import { type ComponentType, lazy, type LazyExoticComponent } from 'react';

import type { Action, ResourceType } from '../api/schema';
import type { IconName } from '../components/icons';

/** A page: where it is, who sees it, and what draws it. */
export interface PageEntry {
  /** The first part of its location, `/clients`; what follows is the page's own. */
  path: string;
  title: string;
  icon: IconName;
  /** What the user must be allowed for the page to be offered; any of them. None: for everybody. */
  needs: readonly (readonly [ResourceType, Action])[];
  component: LazyExoticComponent<ComponentType>;
}

/** All pages, in the order in which they are offered. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/dashboard',
    title: 'Dashboard',
    icon: 'dashboard',
    needs: [['overview', 'read']],
    component: lazy(() => import('./dashboard/DashboardPage'))
  },
  {
    path: '/endpoints',
    title: 'Endpoints',
    icon: 'endpoint',
    needs: [['endpoint', 'read']],
    component: lazy(() => import('./endpoints/EndpointsPage'))
  },
  {
    path: '/connections',
    title: 'Connections',
    icon: 'datasource',
    needs: [['datasource', 'read']],
    component: lazy(() => import('./connections/ConnectionsPage'))
  },
  {
    path: '/modules',
    title: 'Modules & macros',
    icon: 'module',
    needs: [
      ['module', 'read'],
      ['macro', 'read']
    ],
    component: lazy(() => import('./modules/ModulesPage'))
  },
  {
    path: '/clients',
    title: 'Clients & groups',
    icon: 'client',
    needs: [
      ['client', 'read'],
      ['group', 'read']
    ],
    component: lazy(() => import('./clients/ClientsPage'))
  },
  {
    path: '/records',
    title: 'Access logs',
    icon: 'logs',
    needs: [['access_record', 'read']],
    component: lazy(() => import('./records/RecordsPage'))
  },
  {
    path: '/users',
    title: 'Users & roles',
    icon: 'role',
    needs: [
      ['user', 'read'],
      ['role', 'read']
    ],
    component: lazy(() => import('./users/UsersPage'))
  },
  {
    path: '/firewall',
    title: 'Firewall',
    icon: 'firewall',
    needs: [['firewall_rule', 'read']],
    component: lazy(() => import('./firewall/FirewallPage'))
  },
  {
    path: '/audit',
    title: 'Audit',
    icon: 'audit',
    needs: [['audit_entry', 'read']],
    component: lazy(() => import('./audit/AuditPage'))
  }
];

/** One's own account: for everybody, and offered beside one's name instead of among the pages. */
export const ACCOUNT: PageEntry = {
  path: '/users/me',
  title: 'My account',
  icon: 'client',
  needs: [],
  component: lazy(() => import('./users/account/AccountPage'))
};

/** The page of a location such as `/endpoints/…?tab=logs`. */
export function pageOf(location: string): PageEntry | undefined {
  const [path = ''] = location.split('?');
  return [ACCOUNT, ...PAGES].find(page => path === page.path || path.startsWith(`${page.path}/`));
}
