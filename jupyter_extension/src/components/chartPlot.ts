import uPlot from 'uplot';

import type { ChartProps } from './Chart';
import { onTheme } from './chartColors';
import { optionsOf, type Shown } from './chartOptions';
import { drawnOf, ticksOf } from './chartScale';

/** The point under the pointer, and where it is within the chart, in pixels. */
export interface Hover {
  index: number;
  center: number;
  /** The width of its column. */
  width: number;
  /** The width of the whole chart. */
  of: number;
}

const NONE: ChartProps = { label: '', points: [], series: [], kind: 'line' };

/** The drawing of a chart in an element, by uPlot. Nothing is drawn where there is no canvas. */
export class Plot {
  private shown: Shown = { props: NONE, drawn: [], ticks: [] };
  private plot: uPlot | undefined;
  private shape = '';
  private readonly stops: (() => void)[] = [];

  constructor(
    private readonly host: HTMLElement,
    private readonly onHover: (hover: Hover | null) => void
  ) {
    if (typeof Path2D === 'undefined') return;
    const observer = new ResizeObserver(() => this.fit());
    observer.observe(host);
    const forget = onTheme(() => this.build());
    const enter = (): void => this.plot?.syncRect();
    host.addEventListener('pointerenter', enter);
    this.stops.push(
      () => observer.disconnect(),
      forget,
      () => host.removeEventListener('pointerenter', enter)
    );
  }

  /** Draw other numbers; the whole anew where more than the numbers changed. */
  show(props: ChartProps): void {
    const { points, series, kind, isStacked, unit, height = 200 } = props;
    const drawn = drawnOf(points, series, isStacked);
    const ticks = ticksOf(drawn, height < 150 ? 3 : 5, unit === undefined);
    this.shown = { props, drawn, ticks };
    const shape = JSON.stringify([series, kind, isStacked, unit, height]);
    if (shape !== this.shape || !this.plot) this.build();
    else {
      // The axis keeps its words otherwise, where there are as many points as before.
      this.plot.redraw(true, true);
      this.plot.setData(this.data());
    }
    this.shape = shape;
  }

  destroy(): void {
    this.stops.forEach(stop => stop());
    this.plot?.destroy();
  }

  private fit(): void {
    const width = this.host.clientWidth;
    if (!this.plot) this.build();
    else if (width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: this.plot.height });
    }
  }

  private build(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.onHover(null);
    if (typeof Path2D === 'undefined' || this.host.clientWidth === 0) return;
    const options = optionsOf(this.host, () => this.shown);
    options.hooks = { ...options.hooks, setCursor: [plot => this.hover(plot)] };
    this.plot = new uPlot(options, this.data(), this.host);
  }

  private data(): uPlot.AlignedData {
    const { props, drawn } = this.shown;
    return [props.points.map((_, index) => index), ...drawn.map(one => [...one.to])];
  }

  private hover(plot: uPlot): void {
    const index = plot.cursor.idx;
    const { left = -1 } = plot.cursor;
    if (index === null || index === undefined || left < 0) {
      this.onHover(null);
      return;
    }
    const offset = plot.bbox.left / uPlot.pxRatio;
    const center = offset + plot.valToPos(index, 'x');
    const width = plot.valToPos(1, 'x') - plot.valToPos(0, 'x');
    this.onHover({ index, center, width, of: plot.width });
  }
}
