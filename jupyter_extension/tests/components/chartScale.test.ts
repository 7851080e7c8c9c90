import { describe, expect, test } from 'vitest';

import { drawnOf, named, ticksOf } from '../../src/components/chartScale';

const SERIES = [
  { key: 'good', name: 'Good', color: 'red' },
  { key: 'bad', name: 'Bad', color: 'blue' }
];
const POINTS = [
  { label: 'Mon', good: 3, bad: 1 },
  { label: 'Tue', good: null, bad: 2 },
  { label: 'Wed', good: 4, bad: null }
];

describe('what is drawn of a series', () => {
  test('stands on the axis, and is left out where there is no number', () => {
    expect(drawnOf(POINTS, SERIES, false)).toEqual([
      { from: [0, 0, 0], to: [3, null, 4] },
      { from: [0, 0, 0], to: [1, 2, null] }
    ]);
  });

  test('stands on the series before where they are stacked', () => {
    expect(drawnOf(POINTS, SERIES, true)).toEqual([
      { from: [0, 0, 0], to: [3, 0, 4] },
      { from: [3, 0, 4], to: [4, 2, 4] }
    ]);
  });
});

describe('the numbers at an axis', () => {
  const at = (values: number[], most: number, isWhole: boolean) =>
    ticksOf([{ from: values.map(() => 0), to: values }], most, isWhole);

  test('are round and reach beyond the largest', () => {
    expect(at([515, 20], 5, true)).toEqual([0, 200, 400, 600]);
    expect(at([8.2], 3, false)).toEqual([0, 5, 10]);
    expect(at([0.13], 5, false).map(one => one.toFixed(2))).toEqual([
      '0.00',
      '0.05',
      '0.10',
      '0.15'
    ]);
  });

  test('are whole where things are counted', () => {
    expect(at([1], 5, true)).toEqual([0, 1]);
    expect(at([3], 5, true)).toEqual([0, 1, 2, 3]);
    expect(at([9], 5, true)).toEqual([0, 5, 10]);
  });

  test('are there without a number, and below nought', () => {
    expect(ticksOf([], 5, true)).toEqual([0, 1]);
    expect(at([0, 0], 5, true)).toEqual([0, 1]);
    expect(at([-40, 40], 5, true)).toEqual([-40, -20, 0, 20, 40]);
  });

  test('are no more than asked for, whatever the numbers are', () => {
    for (let value = 0.001; value < 1e9; value *= 1.37) {
      for (const isWhole of [true, false]) {
        const ticks = at([value], 5, isWhole);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(value * 0.999999);
      }
    }
  });
});

test('points are named at even distances, so that no two names touch', () => {
  expect(named([40, 40, 40, 40], 100, 28)).toEqual([0, 1, 2, 3]);
  expect(named([40, 40, 40, 40], 40, 28)).toEqual([0, 2]);
  expect(named([40, 40, 40, 40], 0, 28)).toEqual([0]);
});
