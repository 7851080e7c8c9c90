import type { ReactElement } from 'react';

import type { ChartProps, Point, Series } from './Chart';
import { numberOf, worded } from './chartParts';

// Nobody listens to more rows than these; a longer series is summed up.
const MAX_ROWS = 31;

/** The numbers of a chart for screen readers: all of a short series, the gist of a long one. */
export function ChartNumbers(props: ChartProps): ReactElement {
  return props.points.length > MAX_ROWS ? <Gist {...props} /> : <All {...props} />;
}

function All(props: ChartProps): ReactElement {
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

function Gist(props: ChartProps): ReactElement {
  const { points, series, unit } = props;
  return (
    <div className="dbapi-Hidden">
      <p>
        {points.length} points, from {points[0]?.label} to {points.at(-1)?.label}.
      </p>
      <ul>
        {series.map(one => (
          <li key={one.key}>{gistOf(one, points, unit)}</li>
        ))}
      </ul>
    </div>
  );
}

/** A series in a sentence. */
export function gistOf(one: Series, points: readonly Point[], unit: string | undefined): string {
  const known = points.flatMap(point => {
    const value = numberOf(point[one.key]);
    return value === null ? [] : [{ label: point.label, value }];
  });
  const [first] = known;
  if (!first) return `${one.name}: no numbers.`;
  const most = known.reduce((best, point) => (point.value > best.value ? point : best), first);
  const least = known.reduce((best, point) => (point.value < best.value ? point : best), first);
  const total = known.reduce((sum, point) => sum + point.value, 0);
  // Counts add up; durations do not.
  const whole = unit ? '' : `${worded(total, unit)} in all, `;
  return (
    `${one.name}: ${whole}highest ${worded(most.value, unit)} at ${most.label}, ` +
    `lowest ${worded(least.value, unit)} at ${least.label}, ` +
    `last ${worded(known.at(-1)?.value ?? 0, unit)}.`
  );
}
