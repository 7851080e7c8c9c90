import { expect, test } from 'vitest';

import type { Vocabulary, Word } from '../../src/cell/answers';
import { complete } from '../../src/cell/completion/complete';
import type { Known } from '../../src/cell/completion/offer';

const word = (name: string): Word => ({
  name,
  signature: name,
  summary: `About ${name}`,
  detail: ''
});
const key = (name: string, values: string[] | null = null) => ({
  name,
  summary: name,
  values,
  keys: null
});
const column = (name: string, type = 'INTEGER') => ({ name, type, nullable: false });

const VOCABULARY: Vocabulary = {
  filters: ['sql_int', 'sql_string', 'compare'].map(word),
  tags: ['if', 'where', 'endwhere'].map(word),
  tests: ['defined', '>='].map(word),
  globals: ['client', 'client.name'].map(word),
  script: { names: ['db', 'db.query', 'db.query_one', 'http'].map(word), modules: ['math', 're'] },
  header: {
    keys: [
      key('datasource'),
      key('access', ['public', 'private']),
      { ...key('cache'), keys: [key('ttl'), key('vary', ['client'])] },
      { ...key('page'), keys: [key('style', ['offset', 'keyset']), key('by'), key('size')] }
    ],
    parameter_keys: [key('type'), key('in', ['path', 'query'])],
    types: [
      { name: 'integer', summary: 'A whole number' },
      { name: 'date', summary: 'A day' }
    ]
  }
};
const KNOWN: Known = {
  vocabulary: VOCABULARY,
  tables: [
    { schema: 'main', name: 'orders', kind: 'table', columns: [column('id'), column('total')] },
    { schema: 'main', name: 'customers', kind: 'table', columns: [column('email', 'VARCHAR')] }
  ],
  datasources: [{ name: 'shop', description: 'Sample data' }],
  endpoints: [
    {
      method: 'GET',
      path: 'orders/{id}',
      name: null,
      description: 'One order',
      params: [{ name: 'limit', type: 'integer' }]
    }
  ],
  modules: [{ name: 'sales', description: null }],
  macros: [{ name: 'page', description: 'One page', language: 'sql' }]
};
const EMPTY: Known = {
  vocabulary: null,
  tables: [],
  datasources: [],
  endpoints: [],
  modules: [],
  macros: []
};

/** What is offered at the ^ of a cell. */
function offered(marked: string, known = KNOWN): string[] {
  const at = marked.indexOf('^');
  const found = complete(marked.replace('^', ''), at, known);
  if (!found) throw new Error('the cell is none of ours');
  return found.items.map(item => item.insert ?? item.label);
}

const SQL = '%%dbapi sql GET orders/{id}\n';
const SCRIPT = '%%dbapi script GET orders/{id}\n';

test.each<[string, string[]]>([
  ['%%dbapi ^', ['sql', 'script', 'transform', 'macro', 'test']],
  ['%%dbapi s^', ['sql', 'script']],
  ['%%dbapi sql P^', ['POST', 'PUT', 'PATCH']],
  ['%%dbapi sql GET ^', ['orders/{id}']],
  ['%%dbapi sql GET orders/{id} l^', ['limit=']],
  ['%%dbapi sql GET orders/{id} limit=7 --n^', ['--no-run']],
  ['%%dbapi test GET orders/{id} --na^', ['--name']],
  ['%%dbapi macro p^', ['page']],
  ['%%dbapi nothing ^', []],
  [`${SQL}--| acc^`, ['access: ']],
  [`${SQL}--| access: ^`, ['public', 'private']],
  [`${SQL}--| datasource: s^`, ['shop']],
  [`${SQL}--| module: ^`, ['sales']],
  [`${SQL}--| max_e^`, ['max_export_rows: ']],
  [`${SQL}--| cache: {^`, ['ttl: ', 'vary: ']],
  [`${SQL}--| cache: {ttl: 60, v^`, ['vary: ']],
  [`${SQL}--| cache: {ttl: ^`, []],
  [`${SQL}--| cache: {vary: ^`, ['[client]']],
  [`${SQL}--| cache: {vary: [^`, ['client']],
  [`${SQL}--| page: {style: k^`, ['keyset']],
  [`${SQL}--| page: {by: [-a, ^`, []],
  [`${SQL}--| page: {by: [-a, id], s^`, ['style: ', 'size: ']],
  [`${SQL}--| params:\n--|   since: ^`, ['integer', 'date']],
  [`${SQL}--| params:\n--|   since: {^`, ['type: ', 'in: ']],
  [`${SQL}--| params:\n--|   since: {type: ^}`, ['integer', 'date']],
  [`${SQL}--| params:\n--|   since: {type: date, in: ^`, ['path', 'query']],
  [`${SQL}--| params:\n--|     t^`, ['type: ']],
  [`${SQL}SELECT * FROM ^`, ['orders', 'customers']],
  [`${SQL}SELECT * FROM orders, c^`, ['customers']],
  [`${SQL}SELECT * FROM orders o JOIN cu^`, ['customers']],
  [`${SQL}SELECT o.^ FROM orders o`, ['id', 'total']],
  [`${SQL}SELECT customers.e^ FROM customers`, ['email']],
  [`${SQL}SELECT main.^`, ['orders', 'customers']],
  [`${SQL}WITH recent AS (SELECT 1)\nSELECT * FROM r^`, ['recent']],
  [`${SQL}SELECT to^ FROM orders`, ['total']],
  [`${SQL}SELECT em^ FROM orders`, []],
  [`${SQL}SELECT 'to^' FROM orders`, []],
  [`${SQL}SELECT 1 -- to^\nFROM orders`, []],
  [`${SQL}SELECT {{ id | ^ }}`, ['sql_int', 'sql_string', 'compare']],
  [`${SQL}SELECT {{ id | sql_i^`, ['sql_int']],
  [`${SQL}SELECT {% ^`, ['if', 'where', 'endwhere']],
  [`${SQL}SELECT {% if id is d^ %}`, ['defined']],
  [`${SQL}SELECT {{ ^ }}`, ['limit', 'id', 'page', 'client']],
  [`${SQL}SELECT {{ client.^ }}`, ['name']],
  [`${SQL}SELECT {# ^ #}`, []],
  [`${SQL}SELECT {{ 'a^ }}`, []],
  [`${SQL}SELECT '{{ id | sql_s^ }}'`, ['sql_string']],
  [`${SCRIPT}db.^`, ['query', 'query_one']],
  [`${SCRIPT}ht^`, ['http']],
  [`${SCRIPT}import m^`, ['math']],
  [`${SCRIPT}db.query("SELECT tot^`, ['total']],
  [`${SCRIPT}params["l^`, ['limit']],
  [`${SCRIPT}# d^`, []],
  ['%%dbapi test GET orders/{id}\ncall(^', ['limit=', 'id=']],
  ['%%dbapi test GET orders/{id}\nr.st^', ['status']]
])('%j offers %j', (marked, items) => expect(offered(marked)).toEqual(items));

test('columns of the tables that are named come first, keywords last', () => {
  const found = offered(`${SQL}SELECT ^ FROM orders`);
  expect(found.slice(0, 2)).toEqual(['id', 'total']);
  expect(found).not.toContain('email');
  expect(found.indexOf('WHERE')).toBeGreaterThan(found.indexOf('orders'));
});

test('what is offered replaces the word at the cursor alone', () => {
  const source = `${SQL}SELECT o.tot FROM orders o`;
  const at = source.indexOf('tot') + 3;
  expect(complete(source, at, KNOWN)).toMatchObject({ from: at - 3, to: at });
});

test('a column tells its type, and a filter what it is for', () => {
  const found = complete(`${SQL}SELECT em FROM customers`, SQL.length + 9, KNOWN);
  expect(found?.items[0]?.info).toContain('VARCHAR');
  const filters = complete(`${SQL}SELECT {{ a | comp`, SQL.length + 18, KNOWN);
  expect(filters?.items[0]?.info).toContain('About compare');
});

test('before anything is known the header still has its keys', () => {
  expect(offered(`${SQL}--| acc^`, EMPTY)).toEqual(['access: ']);
  expect(offered(`${SQL}SELECT {{ a | ^`, EMPTY)).toEqual([]);
  expect(offered(`${SQL}SELECT * FR^`, EMPTY)).toEqual(['FROM']);
});

test('another cell is left to others', () => {
  expect(complete('SELECT 1', 3, KNOWN)).toBeNull();
  expect(complete('%%dbapi sql', 3, KNOWN)).toBeNull();
});
