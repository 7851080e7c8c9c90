import { asApiError } from '../api/errors';
import type { NoteNode } from './nodes';

/** A list that is awaited, has come, or was refused. */
export interface Branch<T> {
  readonly items?: readonly T[] | undefined;
  readonly error?: unknown;
  /** There are more than have come. */
  readonly hasMore?: boolean;
  readonly total?: number | undefined;
}

/** What stands in place of a list that is not there; null when it is. */
export function noteOf<T>(branch: Branch<T>, what: string): NoteNode | null {
  if (branch.items) return null;
  if (!branch.error) return { kind: 'note', tone: 'busy', text: `Loading ${what} …` };
  const error = asApiError(branch.error);
  const text = error.isForbidden ? `You may not see these ${what}` : error.message;
  return { kind: 'note', tone: error.isForbidden ? 'muted' : 'bad', text };
}
