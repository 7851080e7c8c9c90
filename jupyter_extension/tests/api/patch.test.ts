import { expect, test } from 'vitest';

import { textBefore } from '../../src/api/patch';

const HEAD = '--- live (version 1)\n+++ draft\n';

test.each([
  ['a line that changed', 'a\nB\nc', `${HEAD}@@ -1,3 +1,3 @@\n a\n-b\n+B\n c`, 'a\nb\nc'],
  ['lines that were added', 'a\nb\nc', `${HEAD}@@ -1 +1,3 @@\n a\n+b\n+c`, 'a'],
  ['lines that are gone', 'a', `${HEAD}@@ -1,3 +1 @@\n a\n-b\n-c`, 'a\nb\nc'],
  ['everything that is new', 'a\nb', `${HEAD}@@ -0,0 +1,2 @@\n+a\n+b`, ''],
  ['everything that is gone', '', `${HEAD}@@ -1,2 +0,0 @@\n-a\n-b`, 'a\nb'],
  [
    'two places far from each other',
    'A\n2\n3\n4\n5\n6\n7\n8\n9\nJ',
    `${HEAD}@@ -1,4 +1,4 @@\n-a\n+A\n 2\n 3\n 4\n@@ -7,4 +7,4 @@\n 7\n 8\n 9\n-j\n+J`,
    'a\n2\n3\n4\n5\n6\n7\n8\n9\nj'
  ],
  ['nothing', 'a\nb', '', 'a\nb'],
  ['lines that begin with signs', '+a', `${HEAD}@@ -1 +1 @@\n--- a\n++a`, '-- a']
])('%s is undone', (_what, after, unified, before) => {
  expect(textBefore(after, unified)).toBe(before);
});

test('a difference of another text is not undone', () => {
  expect(textBefore('x', `${HEAD}@@ -1 +1 @@\n-a\n+b`)).toBeNull();
});
