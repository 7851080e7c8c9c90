import type { NamedRecordAnswer } from '../../api/schema';
import { at, endpointAt } from '../locations';

type Given = readonly (readonly [name: string, value: string])[];

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What was given to an endpoint: the names in its path, then the query. */
export function givenOf(record: NamedRecordAnswer): Given {
  const [, template] = splitRoute(record.endpoint);
  return [...pathValues(template, record.path), ...new URLSearchParams(record.query ?? '')];
}

/** A cell that asks the same again; undefined where the magics cannot. */
export function replayCell(record: NamedRecordAnswer): string | undefined {
  const [method, template] = splitRoute(record.endpoint);
  if (!template || !METHODS.includes(method)) return undefined;
  const words = ['%dbapi', 'call', method, quoted(template), ...given(givenOf(record))];
  if (record.client) words.push('--client', quoted(record.client));
  const line = words.join(' ');
  if (method === 'GET' || method === 'DELETE') return line;
  return `# The body of the request is not kept: give it with --json '{"name": "value"}'\n${line}`;
}

/** Where the endpoint is tried with the same values; undefined when it is gone. */
export function tryAt(record: NamedRecordAnswer): string | undefined {
  if (!record.endpoint_id || !record.endpoint) return undefined;
  const query = new URLSearchParams(givenOf(record).map(([name, value]) => [name, value]));
  const text = query.toString();
  return at(endpointAt(record.endpoint_id, 'try')) + (text && `?${text}`);
}

function splitRoute(endpoint: string | null): [method: string, path: string] {
  const [method = '', ...path] = (endpoint ?? '').split(' ');
  return [method, path.join(' ')];
}

function pathValues(template: string, path: string): Given {
  const parts = path.split('/');
  return template.split('/').flatMap((segment, index) => {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    const value = parts[index];
    return name === undefined || value === undefined ? [] : [[name, decoded(value)] as const];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// `name=value` where the line can hold it; anybody may have sent anything, also what would read as
// an option or go over the end of the line.
function given(values: Given): string[] {
  if (values.every(([name, value]) => /^[^-\s=][^\s=]*$/.test(name) && !/[\r\n]/.test(value))) {
    return values.map(([name, value]) => quoted(`${name}=${value}`));
  }
  const all: Record<string, string | string[]> = Object.create(null) as Record<string, string>;
  for (const [name, value] of values) {
    const before = all[name];
    all[name] = before === undefined ? value : [before, value].flat();
  }
  return ['--params', quoted(JSON.stringify(all))];
}

/** A word as a shell would want it, which is how the magics read their line. */
function quoted(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replace(/'/g, `'"'"'`)}'`;
}
