import type { OverviewAnswer, TrafficAnswer } from '../../api/schema';
import type { Point } from '../../components/Chart';
import { at } from '../locations';

export const SPANS = [
  ['1', 'Today'],
  ['7', '7 days'],
  ['30', '30 days']
] as const;
export type Span = (typeof SPANS)[number][0];

const HOUR: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
const DAY: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', timeZone: 'UTC' };

/** Requests by step, what failed apart from what did not. */
export function pointsOf(traffic: TrafficAnswer, span: Span): Point[] {
  return traffic.steps.map(step => ({
    label: new Date(step.start).toLocaleString('en', span === '1' ? HOUR : DAY),
    answered: step.requests - step.errors,
    failed: step.errors,
    average: step.average_ms
  }));
}

/** A share of the whole, in percent. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (100 * part) / whole;
  return `${share >= 10 || share === 0 ? share.toFixed(0) : share.toPrecision(2)} %`;
}

export interface CountLink {
  name: string;
  count: number;
  to: string;
}

const RESOURCES: readonly (readonly [key: string, name: string, to: string])[] = [
  ['modules', 'Modules', '/modules'],
  ['macros', 'Macros', '/modules/macros'],
  ['datasources', 'Datasources', '/connections'],
  ['clients', 'Clients', '/clients'],
  ['groups', 'Groups', '/clients/groups'],
  ['users', 'Users', '/users']
];
const STATES = ['live', 'edited', 'draft', 'unpublished'] as const;

/** Endpoints by state, each with the page that lists them. */
export function endpointCounts(overview: OverviewAnswer, module: string | null): CountLink[] {
  return STATES.map(state => ({
    name: state,
    count: overview.endpoints[state] ?? 0,
    to: at('/endpoints', { state, module })
  }));
}

/** What else there is; only what the user may read is counted. */
export function resourceCounts(overview: OverviewAnswer): CountLink[] {
  return RESOURCES.flatMap(([key, name, to]) => {
    const count = overview.counts[key];
    return count === undefined ? [] : [{ name, count, to }];
  });
}
