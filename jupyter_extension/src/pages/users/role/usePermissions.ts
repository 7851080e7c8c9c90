import { useMemo, useState } from 'react';

import { patch } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { Meanwhile } from '../../../api/errors';
import type { RoleAnswer, RolePatch } from '../../../api/schema';
import { useSeen } from '../../../components/seen';
import { useRefreshPeople } from '../data';
import { bodyOf, difference, type Grant, grantsOf, keyOf } from './grants';

type Grants = ReadonlyMap<string, Grant>;

export interface Editing {
  /** What is ticked now. */
  now: Grants;
  added: Grant[];
  removed: Grant[];
  theirs: Meanwhile | null;
  error: unknown;
  isBusy: boolean;
  /** Whether it is in the role as it was saved: then it may be ticked again by anybody. */
  wasThere: (key: string) => boolean;
  set: (grants: readonly Grant[], isTicked: boolean) => void;
  discard: () => void;
  save: () => Promise<void>;
}

/** The permissions of a role while they are ticked, and saved at once. */
export function usePermissions(role: RoleAnswer): Editing {
  const { http } = useApi();
  const refresh = useRefreshPeople();
  const path = `/api/v1/roles/${role.id}`;
  const seen = useSeen(path);
  // Kept while something is ticked, whatever is read of the role meanwhile.
  const [edit, setEdit] = useState<{ before: Grants; now: Grants } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const saved = useMemo(() => grantsOf(role.permissions), [role.permissions]);
  const before = edit?.before ?? saved;
  const now = edit?.now ?? saved;
  const set = (grants: readonly Grant[], isTicked: boolean): void => {
    if (!edit) seen.begin();
    const next = new Map(now);
    for (const grant of grants) {
      if (isTicked) next.set(keyOf(grant), before.get(keyOf(grant)) ?? grant);
      else next.delete(keyOf(grant));
    }
    const { added, removed } = difference(before, next);
    setEdit(added.length + removed.length > 0 ? { before, now: next } : null);
  };
  const discard = (): void => {
    setEdit(null);
    setError(null);
    seen.begin();
    void refresh();
  };
  const save = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    const params = { path: { role_id: role.id } };
    const body = patch<RolePatch>({ permissions: bodyOf(now) });
    try {
      await seen.send(headers => http.PATCH('/api/v1/roles/{role_id}', { params, headers, body }));
      await refresh();
      setEdit(null);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  const wasThere = (key: string): boolean => before.has(key);
  const { theirs } = seen;
  return { now, ...difference(before, now), theirs, error, isBusy, wasThere, set, discard, save };
}
