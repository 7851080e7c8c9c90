import type { DiffAnswer, PlanAnswer, VersionAnswer } from './schema';

// What newer platforms tell further; an older one leaves it out, and the pages do without.

/** One change of what consumers rely on. */
export interface ContractChange {
  kind: string;
  name: string;
  breaking: boolean;
  message: string;
}

/** Who called an endpoint lately; no id is a call without a client. */
export interface CalledBy {
  client_id: string | null;
  name: string | null;
  requests: number;
  last_called_at: string;
}

/** A column as runs showed it. */
export interface SeenColumn {
  name: string;
  type: string;
  nullable: boolean;
}

export type Diff = DiffAnswer & { contract?: ContractChange[] };
export type Plan = PlanAnswer & { diff: Diff; callers?: CalledBy[]; callers_days?: number };
export type Version = VersionAnswer & { columns?: SeenColumn[] | null };

/** What of a diff concerns consumers. */
export function contractOf(diff: Diff): ContractChange[] {
  return (
    diff.contract ??
    diff.breaking.map(message => ({ kind: 'breaking', name: message, breaking: true, message }))
  );
}
