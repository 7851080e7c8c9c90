import type { AuditEntryAnswer } from '../../api/schema';

/** A field that changed; null on the side where it was not. */
export interface FieldChange {
  name: string;
  before: string | null;
  after: string | null;
  /** Too long to be read beside each other in a line. */
  isLong: boolean;
}

const LINE = 60;

type State = AuditEntryAnswer['before'];

/** The fields in which two states differ, by name; those of a definition are `definition.…`. */
export function changesOf(entry: Pick<AuditEntryAnswer, 'before' | 'after'>): FieldChange[] {
  const before = flat(entry.before);
  const after = flat(entry.after);
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap(name => {
    const was = worded(before.get(name));
    const is = worded(after.get(name));
    return was === is ? [] : [{ name, before: was, after: is, isLong: isLong(was) || isLong(is) }];
  });
}

// Fields of fields are told apart, down to what one would edit.
function flat(state: State, within = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(state ?? {})) {
    const inner = isObject(value) ? flat(value, `${within}${name}.`) : null;
    if (inner && inner.size > 0) inner.forEach((one, path) => found.set(path, one));
    else found.set(within + name, value);
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLong(text: string | null): boolean {
  return text !== null && (text.length > LINE || text.includes('\n'));
}

function worded(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const short = JSON.stringify(value);
  return short.length > LINE ? JSON.stringify(value, null, 2) : short;
}
