import { expect, test } from 'vitest';

import type { Problem } from '../../src/cell/answers';
import { readCell } from '../../src/cell/parse';
import { rangeOf } from '../../src/cell/positions';

const NOWHERE: Problem = {
  severity: 'error',
  message: 'wrong',
  hint: null,
  code: 'unknown_filter',
  part: 'content',
  field: null,
  line: null,
  column: null,
  end_line: null,
  end_column: null
};

/** The text of a cell that a problem is about. */
function marked(source: string, problem: Partial<Problem>): string {
  const cell = readCell(source);
  if (!cell) throw new Error('it is one of ours');
  const { from, to } = rangeOf(cell, { ...NOWHERE, ...problem });
  return source.slice(from, to);
}

const SOURCE = `%%dbapi sql GET ducks/{id}
--| params:
--|   month:
--|     type: strin
--|     validate: |
--|       def validate(value, params):
--|           return "🦆🦆", nothing

SELECT '🦆🦆' AS duck, 🦆 AS wrong
FROM ducks
  WHERE id = {{ id | sql_it }}
`;

test.each<[string, Partial<Problem>]>([
  ['wrong', { line: 1, column: 27, end_line: 1, end_column: 32 }],
  ['wrong', { line: 1, column: 27 }],
  ["SELECT '🦆🦆' AS duck, 🦆 AS wrong", { line: 1 }],
  ['sql_it', { line: 3, column: 22, end_line: 3, end_column: 28 }],
  ['ducks\n  WHERE', { line: 2, column: 6, end_line: 3, end_column: 8 }],
  ['WHERE id = {{ id | sql_it }}', { line: 3 }],
  ['type', { part: 'header', field: 'params.month.type' }],
  ['month', { part: 'header', field: 'params.month.minimum' }],
  ['GET ducks/{id}', { part: 'header', field: 'path' }],
  ['GET ducks/{id}', { part: 'header', field: null }],
  ['GET ducks/{id}', { line: 99 }],
  [
    'nothing',
    {
      part: 'header',
      field: 'params.month.validate',
      line: 2,
      column: 18,
      end_line: 2,
      end_column: 25
    }
  ]
])('%j is marked', (text, problem) => expect(marked(SOURCE, problem)).toBe(text));

test('lines that end with CR and LF, and an indented cell, keep their places', () => {
  const source = '  %%dbapi sql GET a\r\n  --| access: pubic\r\n  SELECT\r\n    wrong';
  expect(marked(source, { line: 2, column: 3, end_line: 2, end_column: 8 })).toBe('wrong');
  expect(marked(source, { part: 'header', field: 'access' })).toBe('access');
});

test('a transform is its own part', () => {
  const source = '%%dbapi transform GET a\ndef transform(result, params):\n    return wrong';
  const place = { line: 2, column: 12, end_line: 2, end_column: 17 };
  expect(marked(source, { part: 'transform', ...place })).toBe('wrong');
  expect(marked(source, { part: 'content', ...place })).toBe('GET a');
});
