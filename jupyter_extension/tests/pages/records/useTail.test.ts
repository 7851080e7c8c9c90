import { expect, test } from 'vitest';

import { KEPT, merged, since } from '../../../src/pages/records/useTail';
import { record } from './records';

const NONE = { rows: [], isGappy: false };

test('what is asked for overlaps what was seen', () => {
  expect(since([record({ id: 9_000 })], null)).toEqual({
    after_id: 4_000,
    from: '2026-11-26T11:59:30.000Z'
  });
  expect(since([], null)).toEqual({ after_id: 0 });
});

test('a filter that begins later is kept', () => {
  expect(since([record()], '2026-11-26T11:59:59Z').from).toBe('2026-11-26T11:59:59.000Z');
});

test('a record that appears late is taken, and none twice', () => {
  const known = { rows: [record({ id: 12 })], isGappy: false };
  const came = [12, 11, 10].map(id => record({ id }));
  expect(merged(known, [record({ id: 10 })], came, false).rows.map(row => row.id)).toEqual([
    11, 12
  ]);
});

test('what is older than the end of the list is left to scrolling', () => {
  const came = [9, 8].map(id => record({ id }));
  expect(merged(NONE, [record({ id: 9 })], came, false).rows).toEqual([]);
});

test('more than was asked for leaves a gap, and no more than is kept stays', () => {
  const came = Array.from({ length: 3 * KEPT }, (_, id) => record({ id }));
  const tail = merged(NONE, [], came, true);
  expect(tail.isGappy).toBe(true);
  expect(tail.rows).toHaveLength(2 * KEPT);
});
