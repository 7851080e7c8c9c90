import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { pointsOf } from '../../src/cell/lines';
import { type Cell, draftOf, readCell, usedBefore } from '../../src/cell/parse';
import { CellProblem } from '../../src/cell/problem';

interface Expected {
  source: string;
  error?: string;
  line?: number | null;
  kind?: string;
  mark?: string;
  method?: string;
  path?: string;
  name?: string;
  header?: Record<string, unknown>;
  run?: Record<string, unknown>;
  content?: string;
  content_line?: number;
  places?: Record<string, [line: number, column: number]>;
  texts?: Record<string, [line: number, before: number]>;
}

// Written by the magics: see tests/jupyter/same_cells.py.
const CELLS = JSON.parse(readFileSync('tests/cell/cells.json', 'utf8')) as Expected[];

function problemOf(source: string): CellProblem {
  try {
    readCell(source);
  } catch (error) {
    if (error instanceof CellProblem) return error;
    throw error;
  }
  throw new Error('the cell was read');
}

/** Line and column from 1, as the magics count them. */
function place(cell: Cell, offset: number): [number, number] {
  const index = cell.lines.findLastIndex(line => line.from <= offset);
  const line = cell.lines[index];
  return [index + 1, pointsOf(line?.text.slice(0, offset - line.from) ?? '') + 1];
}

describe('a cell is read as the magics read it', () => {
  test.each(CELLS.filter(cell => cell.error === undefined))('$source', expected => {
    const cell = readCell(expected.source);
    if (!cell) throw new Error('it is one of ours');
    const { kind, method, path, name } = cell.magic;
    expect(kind.name).toBe(expected.kind);
    expect(kind.mark).toBe(expected.mark);
    expect([method, path, name]).toEqual([
      expected.method ?? null,
      expected.path ?? null,
      expected.name ?? null
    ]);
    expect(cell.header.values).toEqual(expected.header);
    expect(cell.run).toEqual(expected.run);
    expect(cell.content).toBe(expected.content);
    expect(cell.contentLine + 1).toBe(expected.content_line);
    const places = [...cell.header.places].map(([field, { from }]) => [field, place(cell, from)]);
    expect(Object.fromEntries(places)).toEqual(expected.places);
    const texts = [...cell.header.texts].map(([field, at]) => [field, [at.line + 1, at.before]]);
    expect(Object.fromEntries(texts)).toEqual(expected.texts);
  });
});

describe('a cell is refused as the magics refuse it', () => {
  test.each(CELLS.filter(cell => cell.error !== undefined))('$source', expected => {
    const problem = problemOf(expected.source);
    const [said] = (expected.error ?? '').split(': ', 1);
    if (said !== 'the first line') expect(problem.message.split(': ', 1)[0]).toBe(said);
    if (expected.line) {
      const before = expected.source.slice(0, problem.from);
      expect(before.split('\n')).toHaveLength(expected.line);
    }
  });
});

test.each([
  'SELECT 1',
  '',
  '\n\n',
  '%dbapi use shop',
  '%%dbapix sql',
  '%%sql\nSELECT',
  '# %%dbapi'
])('%j is none of ours', source => expect(readCell(source)).toBeNull());

test.each(['%%dbapi', '%%dbapi sq', '%%dbapi sql GE', '%%dbapi sql GET', '%%dbapi sql GET a --fo'])(
  '%j is unfinished, not wrong',
  source => expect(problemOf(`${source}\nSELECT 1`).isUnfinished).toBe(true)
);

test('the header goes before what the notebook uses', () => {
  const used = { datasource: 'shop', module: 'sales' };
  const cell = readCell('%%dbapi sql GET a\n--| datasource: other\nSELECT 1');
  expect(cell && draftOf(cell, used)).toEqual({
    method: 'GET',
    path: 'a',
    engine: 'sql',
    module: 'sales',
    datasource: 'other',
    content: 'SELECT 1'
  });
});

test('what is not an endpoint has no draft', () => {
  const cell = readCell('%%dbapi test GET a\nassert True');
  expect(cell && draftOf(cell, {})).toBeNull();
});

test('the verb `use` of cells before counts, the last one most', () => {
  expect(
    usedBefore(['%dbapi use shop', 'x = 1\n%dbapi use --module sales', '%dbapi use b'])
  ).toEqual({ datasource: 'b', module: 'sales' });
  expect(usedBefore(['%dbapi use c --module=m', '# %dbapi use d'])).toEqual({
    datasource: 'c',
    module: 'm'
  });
});
