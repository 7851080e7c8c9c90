import type { Point, Series } from './Chart';
import { numberOf } from './chartParts';

/** A series' numbers, each from where it is drawn to where. */
export interface Drawn {
  from: readonly (number | null)[];
  to: readonly (number | null)[];
}

/** What is drawn of each series: on the axis, or on top of the series before. */
export function drawnOf(
  points: readonly Point[],
  series: readonly Series[],
  isStacked: boolean | undefined
): Drawn[] {
  const heights = points.map(() => 0);
  return series.map(one => {
    const values = points.map(point => numberOf(point[one.key]));
    if (!isStacked) return { from: values.map(() => 0), to: values };
    const from = [...heights];
    values.forEach((value, index) => (heights[index] = (heights[index] ?? 0) + (value ?? 0)));
    return { from, to: [...heights] };
  });
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Round numbers at even steps, from nought or below it to the largest number or above it. */
export function ticksOf(drawn: readonly Drawn[], most: number, isWhole: boolean): number[] {
  const values = drawn.flatMap(one => one.to).filter(value => value !== null);
  const top = values.reduce((one, two) => Math.max(one, two), 0);
  const bottom = values.reduce((one, two) => Math.min(one, two), 0);
  const step = stepOf((top - bottom) / (most - 1), isWhole);
  const first = Math.floor(bottom / step);
  const last = Math.max(Math.ceil(top / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function stepOf(least: number, isWhole: boolean): number {
  if (least === 0) return 1;
  const size = 10 ** Math.floor(Math.log10(least));
  const steps = STEPS.map(one => one * size).filter(one => !isWhole || Number.isInteger(one));
  return steps.find(one => one >= least * (1 - 1e-9)) ?? 1;
}

/** Which points are named at the axis: as many as have room, at even distances. */
export function named(widths: readonly number[], width: number, gap: number): number[] {
  const widest = widths.reduce((one, two) => Math.max(one, two), 0);
  const every = Math.max(1, Math.ceil((widest + gap) / Math.max(width, 1)));
  return widths.flatMap((_, index) => (index % every === 0 ? [index] : []));
}
