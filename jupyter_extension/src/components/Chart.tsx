import type { ReactElement } from 'react';
import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis
} from 'recharts';

import { count } from './small';

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

interface ChartProps {
  /** What is seen, in a sentence, for who does not see it. */
  label: string;
  points: readonly Point[];
  series: readonly Series[];
  kind: 'area' | 'bar';
  isStacked?: boolean;
  unit?: string;
  height?: number;
}

const AXIS = { stroke: 'var(--jp-ui-font-color2)', fontSize: 11, tickLine: false } as const;
const TIP = {
  background: 'var(--jp-layout-color1)',
  border: '1px solid var(--jp-border-color1)',
  color: 'var(--jp-ui-font-color1)'
};

/** Numbers along an axis; a table of the same numbers is there for screen readers. */
export function Chart(props: ChartProps): ReactElement {
  const { points, series, kind, height = 200 } = props;
  const Frame = kind === 'area' ? AreaChart : BarChart;
  const stack = props.isStacked ? { stackId: 'all' } : {};
  return (
    <figure className="dbapi-Chart">
      <figcaption className="dbapi-Hidden">{props.label}</figcaption>
      <div aria-hidden="true">
        <ResponsiveContainer width="100%" height={height}>
          <Frame
            data={[...points]}
            margin={{ top: 8, right: 8, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid stroke="var(--jp-border-color2)" vertical={false} />
            <XAxis dataKey="label" {...AXIS} minTickGap={24} />
            <YAxis
              {...AXIS}
              width={52}
              tickFormatter={(value: number) => `${count(value)}${props.unit ?? ''}`}
            />
            <Tooltip contentStyle={TIP} cursor={{ fill: 'var(--jp-layout-color2)' }} />
            {series.length > 1 && <Legend iconType="circle" wrapperStyle={{ fontSize: 12 }} />}
            {series.map(one =>
              kind === 'area' ? (
                <Area
                  key={one.key}
                  dataKey={one.key}
                  name={one.name}
                  stroke={one.color}
                  fill={one.color}
                  fillOpacity={0.15}
                  isAnimationActive={false}
                  {...stack}
                />
              ) : (
                <Bar
                  key={one.key}
                  dataKey={one.key}
                  name={one.name}
                  fill={one.color}
                  isAnimationActive={false}
                  {...stack}
                />
              )
            )}
          </Frame>
        </ResponsiveContainer>
      </div>
      <Numbers {...props} />
    </figure>
  );
}

function Numbers(props: ChartProps): ReactElement {
  return (
    <table className="dbapi-Hidden">
      <caption>{props.label}</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          {props.series.map(one => (
            <th key={one.key} scope="col">
              {one.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.points.map((point, index) => (
          // Two points may have one label.
          <tr key={index}>
            <th scope="row">{point.label}</th>
            {props.series.map(one => (
              <td key={one.key}>{point[one.key] ?? '–'}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
