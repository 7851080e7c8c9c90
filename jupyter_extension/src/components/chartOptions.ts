import uPlot from 'uplot';

import type { ChartProps } from './Chart';
import { barsOf } from './chartBars';
import { faded, resolved, stripes } from './chartColors';
import { DASHES, ticked } from './chartParts';
import { type Drawn, named } from './chartScale';

/** What a chart shows now. */
export interface Shown {
  props: ChartProps;
  drawn: readonly Drawn[];
  ticks: number[];
}

// Points of a few are marked: a line between two of them says little.
const FEW = 24;
const TEXT = 11;
const LEFT = 56;
// Room between two names of points.
const APART = 28;

/** What uPlot is told: once for a shape of a chart; what changes with the numbers is asked for. */
export function optionsOf(host: HTMLElement, shown: () => Shown): uPlot.Options {
  const { series, kind, isStacked, height = 200 } = shown().props;
  const isBar = kind === 'bar';
  const top = (): number => shown().ticks.at(-1) ?? 1;
  return {
    width: host.clientWidth,
    height,
    padding: [8, isBar ? 8 : 28, 0, 0],
    legend: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    cursor: { x: false, y: false, drag: { x: false, y: false }, points: { show: !isBar, size: 9 } },
    scales: {
      x: { time: false, range: () => spanOf(shown().props) },
      y: { range: () => [shown().ticks[0] ?? 0, top()] }
    },
    axes: [pointAxis(host, shown), numberAxis(host, shown)],
    series: [{}, ...series.map((_, index) => seriesOf(host, shown, index))],
    bands:
      isStacked && !isBar
        ? series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] }))
        : [],
    hooks: { drawClear: [dashed] }
  };
}

/** From the first point to the last, with half a column more at both sides of what stands in one. */
function spanOf({ kind, points }: ChartProps): [number, number] {
  const last = points.length - 1;
  return kind === 'bar' || last === 0 ? [-0.5, last + 0.5] : [0, last];
}

function fontOf(host: HTMLElement, size: number): string {
  return `${size}px ${getComputedStyle(host).fontFamily}`;
}

function pointAxis(host: HTMLElement, shown: () => Shown): uPlot.Axis {
  return {
    font: fontOf(host, TEXT),
    stroke: resolved(host, 'var(--jp-ui-font-color2)'),
    ticks: { show: false },
    grid: { show: false },
    border: { show: true, width: 1, stroke: resolved(host, 'var(--jp-border-color1)') },
    gap: 6,
    size: 26,
    splits: plot => namesOf(host, plot, shown().props),
    values: (_, splits) => splits.map(index => shown().props.points[index]?.label ?? '')
  };
}

function namesOf(host: HTMLElement, plot: uPlot, props: ChartProps): number[] {
  const [least, most] = spanOf(props);
  plot.ctx.font = fontOf(host, TEXT * uPlot.pxRatio);
  const widths = props.points.map(point => plot.ctx.measureText(point.label).width / uPlot.pxRatio);
  const column = plot.bbox.width / uPlot.pxRatio / (most - least);
  // The last one is left out where it would be cut.
  return named(widths, column, APART).filter(
    index => index === 0 || (index - least) * column + (widths[index] ?? 0) / 2 < plot.width - LEFT
  );
}

function numberAxis(host: HTMLElement, shown: () => Shown): uPlot.Axis {
  return {
    font: fontOf(host, TEXT),
    stroke: resolved(host, 'var(--jp-ui-font-color2)'),
    ticks: { show: false },
    grid: {
      width: 1,
      stroke: resolved(host, 'var(--jp-border-color2)'),
      // The axis of the points is there already.
      filter: (_, splits) => splits.map((value, index) => (index === 0 ? null : value))
    },
    gap: 8,
    size: LEFT,
    splits: () => shown().ticks,
    values: (_, splits) => splits.map(value => ticked(value, shown().props.unit))
  };
}

function seriesOf(host: HTMLElement, shown: () => Shown, index: number): uPlot.Series {
  const { kind, series, isStacked } = shown().props;
  const color = resolved(host, series[index]?.color ?? '');
  const drawn = (): Drawn | undefined => shown().drawn[index];
  if (kind === 'bar') {
    const [place, places] = isStacked ? [0, 1] : [index, series.length];
    return {
      width: 0,
      fill: plot => (index === 0 ? color : stripes(plot.ctx, color)),
      paths: barsOf(drawn, place, places),
      points: { show: false }
    };
  }
  return {
    stroke: color,
    width: 1.75,
    spanGaps: kind === 'line',
    ...(kind === 'area' && { fill: faded(color, 0.14) }),
    points: {
      show: () => shown().props.points.length <= FEW,
      filter: (_, __, isShown) => (isShown ? null : lonely(drawn()?.to ?? [])),
      size: 5,
      width: 0,
      stroke: color,
      fill: color
    }
  };
}

/** Points between two gaps: no line leads to them, so they are marked. */
function lonely(values: readonly (number | null)[]): number[] {
  return values.flatMap((value, index) =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null
      ? [index]
      : []
  );
}

/** Dashes are measured in the canvas' pixels, of which a sharp screen has more. */
function dashed(plot: uPlot): void {
  plot.series.slice(1).forEach((one, index) => {
    const dash = DASHES[index % DASHES.length];
    if (dash) one.dash = dash.split(' ').map(part => Number(part) * uPlot.pxRatio);
  });
}
