import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '../../api/context';
import type { AccessRecordAnswer } from '../../api/schema';
import type { NewerThan } from '../../api/soon';
import type { RecordQuery } from './recordFilters';

const POLL_MS = 2_000;
// The most that one poll brings; of more, the oldest are passed over.
const BATCH = 500;
/** So many rows are kept while new ones come. */
export const KEPT = 2_000;

/** What came since the list was read, newest first. */
interface Came {
  rows: readonly AccessRecordAnswer[];
  /** More came at once than was asked for: rows are missing in between. */
  isGappy: boolean;
}

export interface Tail {
  rows: readonly AccessRecordAnswer[];
  /** How many came and are not shown, because the list is not at its top. */
  waiting: number;
  isGappy: boolean;
  error: unknown;
  /** Hold the list still, or show what came meanwhile. */
  hold: (isHeld: boolean) => void;
}

/** Rows newer than those of a list, asked for every two seconds while it is on. */
export function useTail(query: RecordQuery, newest: number | undefined, isOn: boolean): Tail {
  const { http } = useApi();
  const queries = useQueryClient();
  const key = ['records tail', query, newest ?? 0];
  // What is held still is one list; another filter begins at its top.
  const list = JSON.stringify(key);
  const [held, setHeld] = useState<{ list: string; at: number } | null>(null);
  const heldAt = held?.list === list ? held.at : null;
  const found = useQuery<Came>({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const known = queries.getQueryData<Came>(key) ?? { rows: [], isGappy: false };
      const after: NewerThan = { after_id: known.rows[0]?.id ?? newest ?? 0 };
      const { data } = await http.GET('/api/v1/access-records', {
        params: { query: { ...query, ...after, limit: BATCH } },
        signal
      });
      return merged(known, data?.items ?? [], data?.next !== null);
    },
    enabled: state => isOn && newest !== undefined && waitingOf(state.state.data, heldAt) < KEPT,
    refetchInterval: POLL_MS,
    staleTime: 0,
    gcTime: 0
  });
  const came = found.data?.rows ?? [];
  const waiting = waitingOf(found.data, heldAt);
  return {
    rows: came.slice(waiting),
    waiting,
    isGappy: found.data?.isGappy ?? false,
    error: found.error,
    hold: isHeld => setHeld(isHeld ? { list, at: heldAt ?? came[0]?.id ?? newest ?? 0 } : null)
  };
}

function waitingOf(came: Came | undefined, heldAt: number | null): number {
  if (heldAt === null || !came) return 0;
  return came.rows.filter(row => row.id > heldAt).length;
}

/** What was known with what came; nothing twice, and not more than is kept. */
export function merged(known: Came, came: readonly AccessRecordAnswer[], isMore: boolean): Came {
  const newest = known.rows[0]?.id ?? -1;
  const fresh = came.filter(row => row.id > newest);
  if (fresh.length === 0) return known;
  // What is held still may be older than the newest of those that are kept.
  const rows = [...fresh, ...known.rows].slice(0, 2 * KEPT);
  return { rows, isGappy: known.isGappy || isMore };
}
