import { type ReactElement, useId } from 'react';
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis
} from 'recharts';

import { ChartNumbers } from './ChartNumbers';
import { DASHES, Hatch, hatchId, Key, ticked, Tip } from './chartParts';

export interface Series {
  /** The key of its numbers in a point. */
  key: string;
  name: string;
  /** A colour of JupyterLab's theme. */
  color: string;
}

export interface Point {
  label: string;
  [key: string]: number | string | null;
}

export interface ChartProps {
  /** What is seen, in a sentence, for who does not see it. */
  label: string;
  points: readonly Point[];
  /** The first one is drawn plain; the others are dashed or hatched, besides their colours. */
  series: readonly Series[];
  kind: 'area' | 'bar' | 'line';
  isStacked?: boolean;
  /** `ms` is shortened to seconds where it is many; none for counts. */
  unit?: string;
  height?: number;
}

const AXIS = {
  stroke: 'var(--jp-border-color1)',
  tick: { fill: 'var(--jp-ui-font-color2)', fontSize: 11 },
  tickLine: false
} as const;
// Points of a few are marked: a line between two of them says little.
const FEW = 24;

/** Numbers along an axis; the same numbers are there in words for screen readers. */
export function Chart(props: ChartProps): ReactElement {
  const { points, series, kind, unit, height = 200 } = props;
  const id = useId();
  return (
    <figure className="dbapi-Chart">
      <figcaption className="dbapi-Hidden">{props.label}</figcaption>
      <div aria-hidden="true">
        {series.length > 1 && <Key series={series} kind={kind} id={id} />}
        <ResponsiveContainer width="100%" height={height}>
          <ComposedChart
            data={[...points]}
            margin={{ top: 8, right: kind === 'bar' ? 8 : 28, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <defs>
              {series.map((one, index) => (
                <Hatch key={one.key} id={hatchId(id, index)} color={one.color} />
              ))}
            </defs>
            <CartesianGrid stroke="var(--jp-border-color3)" vertical={false} />
            <XAxis dataKey="label" {...AXIS} minTickGap={28} scale="auto" />
            <YAxis
              {...AXIS}
              axisLine={false}
              width={56}
              tickCount={height < 150 ? 3 : 5}
              allowDecimals={unit !== undefined}
              tickFormatter={(value: number) => ticked(value, unit)}
            />
            <Tooltip
              content={<Tip series={series} unit={unit} isStacked={props.isStacked} />}
              cursor={{ fill: 'var(--jp-layout-color3)', fillOpacity: 0.6 }}
              isAnimationActive={false}
            />
            {series.map((one, index) => drawn(props, one, index, id))}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <ChartNumbers {...props} />
    </figure>
  );
}

function drawn(props: ChartProps, one: Series, index: number, id: string): ReactElement {
  const { kind, points, isStacked } = props;
  const shared = {
    dataKey: one.key,
    name: one.name,
    isAnimationActive: false,
    ...(isStacked ? { stackId: 'all' } : {})
  };
  if (kind === 'bar') {
    const fill = index === 0 ? one.color : `url(#${hatchId(id, index)})`;
    return <Bar key={one.key} {...shared} fill={fill} maxBarSize={44} />;
  }
  const line = {
    ...shared,
    stroke: one.color,
    strokeWidth: 1.75,
    strokeDasharray: DASHES[index % DASHES.length] ?? '',
    dot: points.length <= FEW && { r: 2.5, fill: one.color, strokeWidth: 0 }
  };
  if (kind === 'line') return <Line key={one.key} {...line} connectNulls />;
  return <Area key={one.key} {...line} fill={one.color} fillOpacity={0.14} />;
}
