import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { FieldChanges } from '../../src/publishing/FieldChanges';
import { fieldsBetween } from '../../src/publishing/fields';
import { draw } from '../fakePlatform';
import { DRAFT } from '../pages/endpoints/world';

test('what differs in how two drafts answer is told by its field', () => {
  const page = { style: 'offset' as const, by: ['id'], size: 10 };
  const after = { ...DRAFT, cache: { ttl: 5, vary: [] }, page, max_export_rows: 7 };
  expect(fieldsBetween(DRAFT, { ...after, allow_async: true })).toEqual([
    { field: 'cache', from: null, to: { ttl: 5, vary: [] } },
    { field: 'page', from: null, to: page },
    { field: 'max_export_rows', from: null, to: 7 },
    { field: 'allow_async', from: null, to: true }
  ]);
  expect(fieldsBetween(after, structuredClone(after))).toEqual([]);
});

test('it is told in words, as a header says it', () => {
  const page = { style: 'keyset', by: ['-a', 'id'], size: 10 };
  draw(<FieldChanges fields={[{ field: 'page', from: null, to: page }]} />, {});
  expect(screen.getByText('Pages')).toBeTruthy();
  expect(screen.getByText('style: keyset, by: [-a, id], size: 10')).toBeTruthy();
});
