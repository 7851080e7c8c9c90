import { expect, test } from 'vitest';

import { replayCell, tryAt } from '../../../src/pages/records/replay';
import { record } from './records';

test('a record is asked again with what its path and its query held', () => {
  const cell = replayCell(record({ path: 'orders/a%20b', query: 'limit=5&since=2026-01-01' }));
  expect(cell).toBe(
    `%dbapi call GET orders/{customer_id} 'customer_id=a b' limit=5 since=2026-01-01`
  );
});

test('it is asked as the client that asked', () => {
  expect(replayCell(record({ client: "Ann's shop" }))).toContain(`--client 'Ann'"'"'s shop'`);
});

test('what was sent cannot become an option or another line', () => {
  const cell = replayCell(record({ query: '--json=1&x=a%0A!ls' }));
  expect(cell?.split('\n')).toHaveLength(1);
  expect(cell).toContain(`--params '{"customer_id":"7","--json":"1","x":"a\\n!ls"}'`);
});

test('what no endpoint answered cannot be asked again', () => {
  expect(replayCell(record({ endpoint: null }))).toBeUndefined();
  expect(tryAt(record({ endpoint: null }))).toBeUndefined();
});

test('trying it opens the endpoint with the same values', () => {
  expect(tryAt(record({ query: 'limit=5' }))).toBe('/endpoints/e-1/try?customer_id=7&limit=5');
});
