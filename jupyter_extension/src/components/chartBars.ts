import uPlot from 'uplot';

import type { Drawn } from './chartScale';

const WIDEST = 44;
const FILLED = 0.8;

/** Bars of one series: in the middle of their columns, or beside those of the other series. */
export function barsOf(
  drawn: () => Drawn | undefined,
  place: number,
  places: number
): uPlot.Series.PathBuilder {
  return plot => {
    const fill = new Path2D();
    const { from = [], to = [] } = drawn() ?? {};
    const x = (value: number): number => plot.valToPos(value, 'x', true);
    const y = (value: number): number => Math.round(plot.valToPos(value, 'y', true));
    const room = Math.min(((x(1) - x(0)) * FILLED) / places, WIDEST * uPlot.pxRatio);
    const width = Math.max(room < 4 ? room : Math.round(room), 1);
    to.forEach((value, index) => {
      if (value === null) return;
      const left = x(index) + (place - places / 2) * width;
      const [one, two] = [y(from[index] ?? 0), y(value)];
      fill.rect(room < 4 ? left : Math.round(left), Math.min(one, two), width, Math.abs(one - two));
    });
    return { fill, stroke: null, clip: null, flags: 0 };
  };
}
