import type { NamedRecordAnswer } from '../../api/schema';
import type { Point } from '../../components/Chart';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WIDTHS = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  12 * HOUR,
  24 * HOUR
];
const MOST = 60;

/** Durations of rows over time: the median and the 95th percentile of up to sixty spans. */
export function latencyOf(rows: readonly NamedRecordAnswer[]): Point[] {
  const times = rows.map(row => Date.parse(row.created_at));
  const first = times.reduce((one, two) => Math.min(one, two), Infinity);
  const last = times.reduce((one, two) => Math.max(one, two), -Infinity);
  if (rows.length === 0) return [];
  const width = WIDTHS.find(one => (last - first) / one < MOST) ?? Math.ceil((last - first) / MOST);
  const begin = Math.floor(first / width) * width;
  const spans: number[][] = Array.from(
    { length: Math.floor((last - begin) / width) + 1 },
    () => []
  );
  rows.forEach((row, index) => {
    spans[Math.floor(((times[index] ?? begin) - begin) / width)]?.push(row.duration_ms);
  });
  return spans.map((span, index) => {
    const sorted = span.sort((one, two) => one - two);
    return {
      label: label(begin + index * width, width, last - first),
      p50: share(sorted, 0.5),
      p95: share(sorted, 0.95)
    };
  });
}

function share(sorted: readonly number[], part: number): number | null {
  return sorted[Math.max(Math.ceil(part * sorted.length) - 1, 0)] ?? null;
}

function label(at: number, width: number, whole: number): string {
  return new Date(at).toLocaleString('en', {
    ...(whole > 24 * HOUR && { month: 'short', day: 'numeric' }),
    ...(width < 24 * HOUR && { hour: '2-digit', minute: '2-digit', hour12: false }),
    ...(width < MINUTE && { second: '2-digit' })
  });
}
