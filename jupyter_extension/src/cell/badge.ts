import type { Activity, Check, State } from './answers';

/** A part of a cell's badge. */
export interface Part {
  text: string;
  tone: 'neutral' | 'good' | 'attention' | 'bad';
}

/** What is known of a cell's endpoint; each is null while it is not known. */
export interface Known {
  check: Check | null;
  activity: Activity | null;
}

/** What the badge says: only what says something. */
export function badgeParts({ check, activity }: Known): Part[] {
  const state = activity?.state ?? check?.state ?? null;
  const version = activity?.live_version ?? check?.live_version ?? null;
  const parts = [...stateParts(state, version)];
  if (check?.changed && state !== null) parts.push({ text: 'unsaved changes', tone: 'attention' });
  if (activity) parts.push(...trafficParts(activity));
  return parts;
}

function stateParts(state: State | null, version: number | null): Part[] {
  switch (state) {
    case 'draft':
      return [{ text: 'draft', tone: 'neutral' }];
    case 'unpublished':
      return [{ text: 'unpublished', tone: 'neutral' }];
    case 'live':
      return [{ text: live(version), tone: 'good' }];
    case 'edited':
      return [
        { text: live(version), tone: 'good' },
        { text: version === null ? 'edited since' : `edited since v${version}`, tone: 'attention' }
      ];
    default:
      return [];
  }
}

function live(version: number | null): string {
  return version === null ? 'live' : `live v${version}`;
}

function trafficParts(activity: Activity): Part[] {
  const parts: Part[] = [];
  const slow = activity.p95_ms_24h;
  if (slow !== null) parts.push({ text: `p95 ${duration(slow)}`, tone: 'neutral' });
  if (activity.clients_30d > 0) {
    parts.push({ text: counted(activity.clients_30d, 'client'), tone: 'neutral' });
  }
  if (activity.errors_today > 0) {
    parts.push({ text: `${counted(activity.errors_today, 'error')} today`, tone: 'bad' });
  }
  return parts;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 1 ? '< 1 ms' : `${Math.round(ms)} ms`;
}
