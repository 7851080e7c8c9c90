import type { operations } from '../../api/schema';

/** What the platform finds audit entries by. */
export type AuditQuery = NonNullable<operations['audit.list_entries']['parameters']['query']>;

export const FILTERS = [
  'actor',
  'action',
  'resource_type',
  'resource_id',
  'change',
  'via',
  'request_id',
  'from',
  'to'
] as const;
export type FilterName = (typeof FILTERS)[number];

/** Those that are always shown; the others are unfolded. */
export const FIRST: readonly FilterName[] = ['actor', 'resource_type', 'change', 'action', 'from'];

export const RESOURCES = [
  ['endpoint', 'Endpoints'],
  ['module', 'Modules'],
  ['macro', 'Macros'],
  ['datasource', 'Datasources'],
  ['client', 'Clients'],
  ['group', 'Groups'],
  ['user', 'Users'],
  ['role', 'Roles'],
  ['firewall_rule', 'Firewall rules'],
  ['access_record', 'Access records'],
  ['audit_entry', 'Audit entries']
] as const;

export const CHANGES = [
  ['created', 'Created'],
  ['updated', 'Updated'],
  ['deleted', 'Deleted'],
  ['executed', 'Executed'],
  ['refused', 'Refused']
] as const;

export const VIA = ['session', 'page', 'personal token', 'login', 'cli', 'system'];

/** The filters of a location, as the platform wants them. */
export function queryOf(filters: URLSearchParams): AuditQuery {
  const query: AuditQuery = {};
  for (const name of FILTERS) {
    const value = filters.get(name);
    if (value) query[name] = value;
  }
  return query;
}

/** Whether any filter is set. */
export function isFiltered(filters: URLSearchParams): boolean {
  return FILTERS.some(name => filters.get(name));
}

/** All filters taken away. */
export function cleared(): Record<string, null> {
  return Object.fromEntries(FILTERS.map(name => [name, null]));
}
