import type { operations } from '../../api/schema';

/** What the platform finds access records by. */
export type RecordQuery = NonNullable<
  operations['access records.list_records']['parameters']['query']
>;

const TEXTS = [
  'endpoint_id',
  'client_id',
  'status',
  'method',
  'path',
  'ip_address',
  'error_code',
  'request_id',
  'from',
  'to'
] as const;
export const FILTERS = [...TEXTS, 'min_duration_ms'] as const;
export type FilterName = (typeof FILTERS)[number];

/** Those that are always shown; the others are unfolded. */
export const FIRST: readonly FilterName[] = ['endpoint_id', 'client_id', 'status', 'path', 'from'];

export const STATUS = [/^[1-9](\d\d|xx)$/i, 'Write a status such as 404, or 4xx'] as const;
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The filters of a location, as the platform wants them. */
export function queryOf(filters: URLSearchParams): RecordQuery {
  const query: RecordQuery = {};
  for (const name of TEXTS) {
    const value = filters.get(name);
    if (value) query[name] = value;
  }
  const slow = Number(filters.get('min_duration_ms'));
  if (slow > 0) query.min_duration_ms = slow;
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
