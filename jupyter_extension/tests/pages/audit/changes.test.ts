import { expect, test } from 'vitest';

import { changesOf } from '../../../src/pages/audit/changes';

test('only fields that differ are told, those within others by their path', () => {
  const changes = changesOf({
    before: { name: 'a', definition: { max_rows: 10, access: 'public' }, is_active: true },
    after: { name: 'a', definition: { max_rows: 20, access: 'public' }, is_active: false }
  });
  expect(changes.map(one => [one.name, one.before, one.after])).toEqual([
    ['definition.max_rows', '10', '20'],
    ['is_active', 'yes', 'no']
  ]);
});

test('a text of several lines is long, and what is new has nothing before', () => {
  const [change] = changesOf({ before: null, after: { content: 'SELECT 1\nFROM a' } });
  expect(change).toMatchObject({ before: null, isLong: true });
});
