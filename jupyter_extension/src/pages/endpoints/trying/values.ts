import { isSecret, type Parameter } from '../../../api/parameters';

/** What was typed for each parameter. */
export type Typed = Record<string, string>;

/** A value that cannot be sent, and why. */
export class NotSent extends Error {
  constructor(
    readonly field: string,
    message: string
  ) {
    super(message);
  }
}

/** What is sent: nothing where nothing was typed; the platform reads numbers, dates and the like. */
export function valuesOf(parameters: readonly Parameter[], typed: Typed): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, type } of parameters) {
    const text = typed[name] ?? '';
    if (text.trim() === '') continue;
    values[name] = type === 'array' || type === 'object' ? json(name, type, text) : text;
  }
  return values;
}

function json(field: string, type: string, text: string): unknown {
  const example = type === 'array' ? '["a", "b"]' : '{"a": 1}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotSent(field, `Write it as JSON, such as ${example}`);
  }
  const isRight = type === 'array' ? Array.isArray(value) : isObject(value);
  if (!isRight)
    throw new NotSent(
      field,
      `Write ${type === 'array' ? 'a list' : 'an object'}, such as ${example}`
    );
  return value;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const keyOf = (endpointId: string): string => `dbapi-try-${endpointId}`;

/** What was typed last for an endpoint, in this tab of the browser. */
export function remembered(endpointId: string): Typed {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(endpointId)) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
    );
  } catch {
    return {};
  }
}

/** Keeps what was typed; what is named like a secret is not kept. */
export function remember(endpointId: string, typed: Typed): void {
  const kept = Object.entries(typed).filter(([name, text]) => text !== '' && !isSecret(name));
  try {
    sessionStorage.setItem(keyOf(endpointId), JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A browser without storage, or with a full one, only forgets.
  }
}
