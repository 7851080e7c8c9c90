import { type ReactElement, useId } from 'react';

import type { ChartProps, Point, Series } from './Chart';
import type { Hover } from './chartPlot';
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

/** Stripes in a series' colour. */
function Hatch(props: { id: string; color: string }): ReactElement {
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
export function Key(props: Pick<ChartProps, 'series' | 'kind'>): ReactElement {
  return (
    <ul className="dbapi-Chart-key">
      {props.series.map((one, index) => (
        <li key={one.key}>
          <Swatch one={one} index={index} kind={props.kind} />
          {one.name}
        </li>
      ))}
    </ul>
  );
}

function Swatch(props: { one: Series; index: number; kind: ChartProps['kind'] }): ReactElement {
  const { one, index, kind } = props;
  const id = useId().replace(/:/g, '');
  return (
    <svg width={20} height={10} aria-hidden="true">
      <Hatch id={id} color={one.color} />
      {kind === 'bar' ? (
        <rect width={20} height={10} rx={1} fill={index === 0 ? one.color : `url(#${id})`} />
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

interface TipProps extends Pick<ChartProps, 'series' | 'kind' | 'unit' | 'isStacked'> {
  point: Point;
  hover: Hover;
}

/** The numbers of the point under the pointer, at the side where there is more room. */
export function Tip(props: TipProps): ReactElement {
  const { point, hover } = props;
  const numbers = props.series.map(one => [one.name, numberOf(point[one.key])] as const);
  const total = numbers.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  const shown =
    props.isStacked && numbers.length > 1 ? [...numbers, ['Total', total] as const] : numbers;
  const isLeft = hover.center > hover.of / 2;
  const beside = props.kind === 'bar' ? hover.width / 2 : 0;
  return (
    <div
      className={`dbapi-Chart-tip ${isLeft ? 'dbapi-mod-left' : 'dbapi-mod-right'}`}
      style={{ left: hover.center + (isLeft ? -beside : beside) }}
    >
      <strong>{point.label}</strong>
      <dl>
        {shown.map(([name, value]) => (
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
