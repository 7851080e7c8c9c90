import { isSecret, type Parameter } from '../api/parameters';

/** A call of an endpoint, as a program makes it. */
export interface Call {
  method: string;
  /** The endpoint's own address, with `{names}` in it. */
  url: string;
  parameters: readonly Parameter[];
  /** What is given; secrets, and what is required and lacks, are named instead. */
  values: Readonly<Record<string, unknown>>;
  isPrivate: boolean;
}

interface Request {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Record<string, unknown> | null;
}

export const LANGUAGES = ['curl', 'Python', 'JavaScript'] as const;
export type SnippetLanguage = (typeof LANGUAGES)[number];

/** The call as text to copy; what is secret is a name to fill in. */
export function snippet(call: Call, language: SnippetLanguage): string {
  const request = requestOf(call);
  if (language === 'curl') return curl(request);
  return language === 'Python' ? python(request) : javascript(request);
}

function requestOf(call: Call): Request {
  const query = new URLSearchParams();
  const headers: Record<string, string> = call.isPrivate ? { Authorization: 'Bearer TOKEN' } : {};
  const body: Record<string, unknown> = {};
  let url = call.url;
  for (const parameter of call.parameters) {
    const { name } = parameter;
    const slot = `{${name}}`;
    const isInPath = url.includes(slot);
    const given = call.values[name];
    // Without what is required the call would be refused: its name says what to fill in.
    const isNamed = given === undefined ? parameter.required && !isInPath : isSecret(name);
    const value = isNamed ? name.toUpperCase() : given;
    if (isInPath) {
      url = url.replace(slot, value === undefined ? slot : encodeURIComponent(plain(value)));
    } else if (value !== undefined) {
      place(parameter, value, call.method, { query, headers, body });
    }
  }
  const text = query.toString();
  const hasBody = Object.keys(body).length > 0;
  if (hasBody) headers['Content-Type'] = 'application/json';
  return {
    method: call.method,
    url: text ? `${url}?${text}` : url,
    headers,
    body: hasBody ? body : null
  };
}

function place(
  parameter: Parameter,
  value: unknown,
  method: string,
  to: { query: URLSearchParams; headers: Record<string, string>; body: Record<string, unknown> }
): void {
  const usual = method === 'GET' || method === 'DELETE' ? 'query' : 'body';
  const where = parameter.in ?? usual;
  if (where === 'body') to.body[parameter.name] = value;
  else if (where === 'header') to.headers[parameter.header ?? parameter.name] = plain(value);
  else if (Array.isArray(value)) value.forEach(one => to.query.append(parameter.name, plain(one)));
  else to.query.set(parameter.name, plain(value));
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function curl({ method, url, headers, body }: Request): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = [`curl ${method === 'GET' ? '' : `-X ${method} `}${quote(url)}`];
  for (const [name, value] of Object.entries(headers))
    parts.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body) parts.push(`-d ${quote(JSON.stringify(body))}`);
  return parts.join(' \\\n  ');
}

function python({ method, url, headers, body }: Request): string {
  const lines = [`    "${method}",`, `    ${JSON.stringify(url)},`];
  if (Object.keys(headers).length > 0) lines.push(`    headers=${literal(headers)},`);
  if (body) lines.push(`    json=${literal(body)},`);
  return [
    'import requests',
    '',
    'answer = requests.request(',
    ...lines,
    ')',
    'answer.raise_for_status()',
    'print(answer.json()["data"])'
  ].join('\n');
}

/** A value as Python writes it. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => `${literal(key)}: ${literal(one)}`);
    return `{${pairs.join(', ')}}`;
  }
  if (value === true) return 'True';
  if (value === false) return 'False';
  return value === null || value === undefined ? 'None' : JSON.stringify(value);
}

function javascript({ method, url, headers, body }: Request): string {
  const lines = [`  method: '${method}'`];
  if (Object.keys(headers).length > 0) lines.push(`  headers: ${JSON.stringify(headers)}`);
  if (body) lines.push(`  body: JSON.stringify(${JSON.stringify(body)})`);
  return [
    `const answer = await fetch(${JSON.stringify(url)}, {`,
    lines.join(',\n'),
    '});',
    'if (!answer.ok) throw new Error((await answer.json()).message);',
    'const { data } = await answer.json();'
  ].join('\n');
}
