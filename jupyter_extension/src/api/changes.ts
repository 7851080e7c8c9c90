/**
 * The fields that differ from what was there. Only these are sent, so that what somebody else
 * changes in the others meanwhile stays.
 */
export function changes<T extends object>(before: T, after: T): Partial<T> {
  const names = Object.keys(after) as (keyof T)[];
  const differ = names.filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(differ.map(name => [name, after[name]])) as Partial<T>;
}

/** Some fields as the body of a PATCH: its type wants them all, the platform those that change. */
export function patch<T>(fields: Partial<T>): T {
  return fields as T;
}

/** What a form holds of a number that may be left out. */
export function numberOrNull(value: unknown): number | null {
  return value === '' || value === null || value === undefined ? null : Number(value);
}

/** What a form holds of a text that may be left out. */
export function textOrNull(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}
