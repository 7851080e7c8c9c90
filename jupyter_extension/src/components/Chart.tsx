import { type ReactElement, useEffect, useRef, useState } from 'react';

import { ChartNumbers } from './ChartNumbers';
import { Key, Tip } from './chartParts';
import { type Hover, Plot } from './chartPlot';

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

/** Numbers along an axis; the same numbers are there in words for screen readers. */
export function Chart(props: ChartProps): ReactElement {
  const { series, kind, height = 200 } = props;
  return (
    <figure className="dbapi-Chart">
      <figcaption className="dbapi-Hidden">{props.label}</figcaption>
      <div aria-hidden="true">
        {series.length > 1 && <Key series={series} kind={kind} />}
        <div className="dbapi-Chart-plot" style={{ height }}>
          <Drawing {...props} />
        </div>
      </div>
      <ChartNumbers {...props} />
    </figure>
  );
}

function Drawing(props: ChartProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>();
  const [hover, setHover] = useState<Hover | null>(null);
  useEffect(() => {
    if (!host.current) return;
    const made = new Plot(host.current, setHover);
    plot.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => plot.current?.show(props), [props]);
  const point = hover && props.points[hover.index];
  return (
    <>
      {point && <Pointed hover={hover} kind={props.kind} />}
      <div ref={host} />
      {point && <Tip {...props} point={point} hover={hover} />}
    </>
  );
}

/** The column under the pointer, behind what is drawn. */
function Pointed(props: { hover: Hover; kind: ChartProps['kind'] }): ReactElement {
  const { center, width } = props.hover;
  const shown = props.kind === 'bar' ? width : 1;
  return (
    <div
      className={`dbapi-Chart-pointed dbapi-mod-${props.kind}`}
      style={{ left: center - shown / 2, width: shown }}
    />
  );
}
