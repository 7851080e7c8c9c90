import { expect, test } from 'vitest';

import type { Activity, Check } from '../../src/cell/answers';
import { badgeParts } from '../../src/cell/badge';

const CHECK: Check = {
  endpoint_id: 'e',
  state: 'live',
  live_version: 7,
  changed: false,
  differs_from_live: false,
  params: [],
  problems: []
};
const ACTIVITY: Activity = {
  endpoint_id: 'e',
  method: 'GET',
  path: 'a',
  state: 'live',
  live_version: 7,
  latest_version: 7,
  requests_24h: 0,
  errors_today: 0,
  p50_ms_24h: null,
  p95_ms_24h: null,
  clients_30d: 0,
  last_called_at: null
};

function text(activity: Partial<Activity> | null, check: Partial<Check> | null = null): string {
  return badgeParts({
    activity: activity && { ...ACTIVITY, ...activity },
    check: check && { ...CHECK, ...check }
  })
    .map(part => part.text)
    .join(' · ');
}

test.each<[string, Partial<Activity> | null, Partial<Check> | null]>([
  ['', null, null],
  ['live v7', {}, null],
  ['live v7', null, {}],
  ['draft', { state: 'draft', live_version: null }, {}],
  ['unpublished', { state: 'unpublished', live_version: null }, {}],
  ['live v7 · unsaved changes', {}, { changed: true }],
  ['', null, { state: null, changed: true, endpoint_id: null, live_version: null }],
  [
    'live v7 · edited since v7 · p95 24 ms · 3 clients · 2 errors today',
    { state: 'edited', p95_ms_24h: 24.2, clients_30d: 3, errors_today: 2 },
    {}
  ],
  ['live v7 · p95 1.3 s · 1 client', { p95_ms_24h: 1300, clients_30d: 1 }, {}],
  ['live v7 · p95 < 1 ms · 1,200 errors today', { p95_ms_24h: 0.4, errors_today: 1200 }, {}]
])('%j', (expected, activity, check) => expect(text(activity, check)).toBe(expected));
