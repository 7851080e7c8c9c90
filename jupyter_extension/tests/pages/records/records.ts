import type { NamedRecordAnswer } from '../../../src/api/schema';

/** A record as the platform tells it. */
export function record(changes: Partial<NamedRecordAnswer> = {}): NamedRecordAnswer {
  return {
    id: 7,
    request_id: 'req-7',
    created_at: '2026-11-26T12:00:00Z',
    method: 'GET',
    path: 'orders/7',
    query: null,
    status: 200,
    duration_ms: 2.5,
    endpoint_id: 'e-1',
    version: 1,
    client_id: null,
    ip_address: '127.0.0.1',
    rows: 3,
    error_code: null,
    error: null,
    log: null,
    endpoint: 'GET orders/{customer_id}',
    client: null,
    ...changes
  };
}
