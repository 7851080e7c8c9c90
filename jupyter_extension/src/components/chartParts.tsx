import type { ReactElement } from 'react';

import type { ChartProps, Point, Series } from './Chart';
import { count, milliseconds } from './small';

/** How series differ for who does not tell colours apart: by their lines, and by their hatching. */
export const DASHES = ['', '6 3', '2 3', '8 3 2 3'] as const;

/** A number with its unit, as short as it is told apart. */
export function worded(value: number, unit: string | undefined): string {
  if (unit === 'ms') return milliseconds(value);
  const short = Number.isInteger(value) ? count(value) : count(Number(value.toPrecision(3)));
  return unit ? `${short} ${unit}` : short;
}

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** A number at an axis, where there is little room. */
export function ticked(value: number, unit: string | undefined): string {
  if (unit !== 'ms') return unit ? `${SHORT.format(value)} ${unit}` : SHORT.format(value);
  return value >= 1000 ? `${SHORT.format(value / 1000)} s` : `${SHORT.format(value)} ms`;
}

/** The id of a series' hatching within one chart. */
export function hatchId(chart: string, index: number): string {
  return `${chart.replace(/:/g, '')}-hatch-${index}`;
}

/** Stripes in a series' colour. */
export function Hatch(props: { id: string; color: string }): ReactElement {
  return (
    <pattern
      id={props.id}
      width={6}
      height={6}
      patternUnits="userSpaceOnUse"
      patternTransform="rotate(45)"
    >
      <rect width={6} height={6} fill={props.color} fillOpacity={0.35} />
      <rect width={3} height={6} fill={props.color} />
    </pattern>
  );
}

/** What each series looks like. */
export function Key(props: Pick<ChartProps, 'series' | 'kind'> & { id: string }): ReactElement {
  return (
    <ul className="dbapi-Chart-key">
      {props.series.map((one, index) => (
        <li key={one.key}>
          <Swatch one={one} index={index} kind={props.kind} id={props.id} />
          {one.name}
        </li>
      ))}
    </ul>
  );
}

function Swatch(props: {
  one: Series;
  index: number;
  kind: ChartProps['kind'];
  id: string;
}): ReactElement {
  const { one, index, kind } = props;
  return (
    <svg width={20} height={10} aria-hidden="true">
      {kind === 'bar' ? (
        <rect
          width={20}
          height={10}
          rx={1}
          fill={index === 0 ? one.color : `url(#${hatchId(props.id, index)})`}
        />
      ) : (
        <line
          x2={20}
          y1={5}
          y2={5}
          stroke={one.color}
          strokeWidth={2}
          strokeDasharray={DASHES[index % DASHES.length]}
        />
      )}
    </svg>
  );
}

interface TipProps extends Pick<ChartProps, 'series' | 'unit' | 'isStacked'> {
  active?: boolean;
  payload?: readonly { payload?: Point }[];
}

/** The numbers of the point under the pointer. */
export function Tip(props: TipProps): ReactElement | null {
  const point = props.payload?.[0]?.payload;
  if (!props.active || !point) return null;
  const numbers = props.series.map(one => [one.name, numberOf(point[one.key])] as const);
  const total = numbers.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  const shown = props.isStacked && numbers.length > 1 ? [...numbers, ['Total', total]] : numbers;
  return (
    <div className="dbapi-Chart-tip">
      <strong>{point.label}</strong>
      <dl>
        {(shown as readonly (readonly [string, number | null])[]).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === null ? '–' : worded(value, props.unit)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** A point's number, where it has one. */
export function numberOf(value: number | string | null | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
