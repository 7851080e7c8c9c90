import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '../../api/context';
import type { NamedRecordAnswer } from '../../api/schema';
import type { RecordQuery } from './recordFilters';

const POLL_MS = 2_000;
// The most that one poll brings; of more, the oldest are passed over.
const BATCH = 1_000;
// Workers write at once: a record may appear with a lower id than some that were seen.
const OVERLAP_IDS = 5_000;
const OVERLAP_MS = 30_000;
/** So many rows are kept while new ones come. */
export const KEPT = 2_000;

/** What came since the list was read, the last to come first. */
export interface Came {
  rows: readonly NamedRecordAnswer[];
  /** More came at once than was asked for: rows are missing in between. */
  isGappy: boolean;
}

export interface Tail {
  rows: readonly NamedRecordAnswer[];
  /** How many came and are not shown, because the list is not at its top. */
  waiting: number;
  isGappy: boolean;
  error: unknown;
  /** Hold the list still, or show what came meanwhile. */
  hold: (isHeld: boolean) => void;
}

/** Rows newer than those of a list, asked for every two seconds while it is on. */
export function useTail(
  query: RecordQuery,
  list: readonly NamedRecordAnswer[] | undefined,
  isOn: boolean
): Tail {
  const { http } = useApi();
  const queries = useQueryClient();
  const key = ['records tail', query];
  const name = JSON.stringify(key);
  // What is held still is one list; another filter begins at its top.
  const [held, setHeld] = useState<{ name: string; count: number } | null>(null);
  const heldCount = held?.name === name ? held.count : null;
  const found = useQuery<Came>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const known = queries.getQueryData<Came>(key) ?? { rows: [], isGappy: false };
      const seen = [...known.rows, ...(list ?? [])];
      const { data } = await http.GET('/api/v1/access-records', {
        params: { query: { ...query, ...since(seen, query.from), limit: BATCH } },
        signal
      });
      return merged(known, list ?? [], data?.items ?? [], data?.next != null);
    },
    enabled: ({ state }) => isOn && list !== undefined && waitingOf(state.data, heldCount) < KEPT,
    refetchInterval: POLL_MS,
    staleTime: 0,
    gcTime: 0
  });
  const came = found.data?.rows ?? [];
  const waiting = waitingOf(found.data, heldCount);
  return {
    rows: came.slice(waiting),
    waiting,
    isGappy: found.data?.isGappy ?? false,
    error: found.error,
    hold: isHeld => setHeld(isHeld ? { name, count: heldCount ?? came.length } : null)
  };
}

function waitingOf(came: Came | undefined, heldCount: number | null): number {
  return heldCount === null || !came ? 0 : Math.max(came.rows.length - heldCount, 0);
}

/** What to ask for after these rows, with some of them again. */
export function since(
  seen: readonly NamedRecordAnswer[],
  from: string | null | undefined
): Pick<RecordQuery, 'after_id' | 'from'> {
  const newest = seen.reduce<NamedRecordAnswer | undefined>(
    (best, row) => (!best || row.id > best.id ? row : best),
    undefined
  );
  if (!newest) return { after_id: 0 };
  const begin = Date.parse(newest.created_at) - OVERLAP_MS;
  const earliest = Math.max(begin, from ? Date.parse(from) : 0);
  return {
    after_id: Math.max(newest.id - OVERLAP_IDS, 0),
    from: new Date(earliest).toISOString()
  };
}

/** What was known with what came; nothing twice, and not more than is kept. */
export function merged(
  known: Came,
  list: readonly NamedRecordAnswer[],
  came: readonly NamedRecordAnswer[],
  isMore: boolean
): Came {
  const ids = new Set([...known.rows, ...list].map(row => row.id));
  const oldest = list.at(-1);
  // What is asked for again reaches below the list's end: that is for scrolling to bring.
  const isBelow = (row: NamedRecordAnswer): boolean => !!oldest && isOlder(row, oldest);
  const fresh = came.filter(row => !ids.has(row.id) && !isBelow(row));
  if (fresh.length === 0) return known;
  // Half of them may wait while the other half is held still.
  const rows = [...fresh, ...known.rows].slice(0, 2 * KEPT);
  return { rows, isGappy: known.isGappy || (isMore && fresh.length === came.length) };
}

// In the order of the list: by time, then by id.
function isOlder(row: NamedRecordAnswer, than: NamedRecordAnswer): boolean {
  const apart = Date.parse(row.created_at) - Date.parse(than.created_at);
  return apart === 0 ? row.id < than.id : apart < 0;
}
