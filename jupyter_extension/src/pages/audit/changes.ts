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

/** The fields in which two states differ, by name. */
export function changesOf(entry: Pick<AuditEntryAnswer, 'before' | 'after'>): FieldChange[] {
  const before = entry.before ?? {};
  const after = entry.after ?? {};
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap(name => {
    const was = worded(before[name]);
    const is = worded(after[name]);
    return was === is ? [] : [{ name, before: was, after: is, isLong: isLong(was) || isLong(is) }];
  });
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
