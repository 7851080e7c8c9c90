import { expect, test } from 'vitest';

import { cellText, cellTexts, firstCell, testCellText } from '../../src/texts/cellText';
import type { DefinitionAnswer } from '../../src/api/schema';

const ORDERS: DefinitionAnswer = {
  method: 'GET',
  path: 'orders/{customer_id}',
  engine: 'sql',
  datasource: 'shop',
  content: 'SELECT 1\n-- done',
  transform: null,
  params: {},
  module: 'default',
  name: null,
  description: null,
  access: 'private',
  timeout: null,
  max_rows: null,
  rate_limit: null,
  max_concurrent: null,
  unknown_params: 'ignore',
  cache: null,
  page: null,
  max_export_rows: null,
  allow_async: null
};

function headerOf(definition: Partial<DefinitionAnswer>): string[] {
  return cellText({ ...ORDERS, ...definition })
    .split('\n')
    .slice(1)
    .filter(line => line.startsWith('--|') || line.startsWith('#|'));
}

test('a definition is written as the cell that saves it', () => {
  const text = cellText({
    ...ORDERS,
    description: 'The orders of one customer, newest first',
    max_rows: 50,
    params: {
      since: { type: 'date', description: 'Only orders from this day on' },
      limit: { type: 'integer', default: 20, maximum: 500 }
    }
  });
  expect(text.split('\n')).toEqual([
    '%%dbapi sql GET orders/{customer_id}',
    '--| datasource: shop',
    '--| description: The orders of one customer, newest first',
    '--| access: private',
    '--| max_rows: 50',
    '--| params:',
    '--|   since: {type: date, description: Only orders from this day on}',
    '--|   limit: {type: integer, default: 20, maximum: 500}',
    'SELECT 1',
    '-- done'
  ]);
});

test('what is usual is not said', () => {
  expect(headerOf({})).toEqual(['--| datasource: shop', '--| access: private']);
  expect(headerOf({ module: 'sales', unknown_params: 'refuse' })).toContain('--| module: sales');
});

test('how it answers is said shortly, as the magics write it', () => {
  const page = { style: 'keyset' as const, by: ['-created_at', 'id'], size: 100 };
  const cache = { ttl: 60, vary: [] };
  const header = headerOf({ cache, page, max_export_rows: 5000000, allow_async: true });
  expect(header.slice(2)).toEqual([
    '--| cache: 60',
    '--| page: {style: keyset, by: [-created_at, id], size: 100}',
    '--| max_export_rows: 5000000',
    '--| allow_async: true'
  ]);
  expect(headerOf({ cache: { ttl: 60, vary: ['client'] }, allow_async: false }).slice(2)).toEqual([
    '--| cache: {ttl: 60, vary: [client]}'
  ]);
});

test('the header of a script is marked as Python comments are', () => {
  const header = headerOf({
    engine: 'script',
    params: { a: { type: 'date', validate: 'def validate(value):\n    return False\n' } }
  });
  expect(header.slice(2)).toEqual([
    '#| params:',
    '#|   a:',
    '#|     type: date',
    '#|     validate: |',
    '#|       def validate(value):',
    '#|           return False'
  ]);
});

test.each([
  ['a: b # c', '"a: b # c"'],
  ['true', '"true"'],
  ['1e3', '"1e3"'],
  ['', '""'],
  ['- x', '"- x"'],
  ['ends with a colon:', '"ends with a colon:"'],
  [' leads', '" leads"'],
  ["it's", "it's"],
  ['a [b], {c}', 'a [b], {c}'],
  ['bell\u0007', '"bell\\u0007"'],
  ['next\u0085', '"next\\u0085"']
])('the text %j is quoted where a reader would take it for something else', (name, written) => {
  expect(headerOf({ name })).toContain(`--| name: ${written}`);
});

test('inside of brackets commas are quoted too', () => {
  expect(headerOf({ params: { a: { description: 'x, y', enum: ['1', 2, null] } } })).toContain(
    '--|   a: {description: "x, y", enum: ["1", 2, null]}'
  );
});

test('a text whose lines end with blanks keeps them', () => {
  expect(headerOf({ description: 'one \ntwo' })).toContain('--| description: "one \\ntwo"');
  expect(headerOf({ description: 'one\ntwo' })).toContain('--| description: |-');
});

test('a transform has a cell of its own', () => {
  const transform = 'def transform(result, params):\n    return result';
  expect(cellTexts({ ...ORDERS, transform })[1]).toBe(
    `%%dbapi transform GET orders/{customer_id}\n${transform}`
  );
  expect(cellTexts(ORDERS)).toHaveLength(1);
});

test('a test is named unless it is the main one', () => {
  expect(testCellText('GET', 'x', 'main', 'assert 1')).toBe('%%dbapi test GET x\nassert 1');
  expect(testCellText('GET', 'x', 'empty', 'assert 1')).toBe(
    '%%dbapi test GET x --name empty\nassert 1'
  );
});

test('the first cell names the datasource', () => {
  expect(firstCell('shop')).toContain('--| datasource: shop\n');
});
