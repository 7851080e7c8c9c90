// The few forms of YAML that a cell's header is written in; what is not plain is quoted.
const PLAIN = /^-?[\p{L}_/][^\p{C}]*$/u;
const SIGNS = /:(?:\s|$)|\s#|\s$/;
// Inside of brackets these end a text.
const BRACKETS = /[[\]{},]/;
const OTHER_TYPES = /^(?:null|true|false)$/i;
// What a YAML reader refuses unless it is escaped.

const HIDDEN = /[\x7f-\x9f\u2028\u2029\ufeff]/g;

/** A value on one line. */
export function yamlInline(value: unknown): string {
  return typeof value === 'string' ? text(value, false) : inside(value);
}

/** A key and its value: on one line, or on several where a text has several. */
export function yamlLines(key: string, value: unknown): string[] {
  const name = text(key, false);
  if (!hasLines(value) || Array.isArray(value)) return [`${name}: ${yamlInline(value)}`];
  if (typeof value === 'string') return block(name, value);
  const inner = Object.entries(value as object).flatMap(([one, its]) => yamlLines(one, its));
  return [`${name}:`, ...inner.map(line => (line ? `  ${line}` : ''))];
}

function inside(value: unknown): string {
  if (typeof value === 'string') return text(value, true);
  if (Array.isArray(value)) return `[${value.map(inside).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([key, one]) => `${text(key, true)}: ${inside(one)}`);
    return `{${pairs.join(', ')}}`;
  }
  return JSON.stringify(value ?? null);
}

function text(value: string, isInside: boolean): string {
  const isPlain = PLAIN.test(value) && !SIGNS.test(value) && !OTHER_TYPES.test(value);
  if (isPlain && !(isInside && BRACKETS.test(value))) return value;
  const escape = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(HIDDEN, escape);
}

function block(name: string, value: string): string[] {
  const body = value.replace(/\n+$/, '');
  const lines = body.split('\n');
  // Blanks at the ends of lines, or before all, are lost on the way.
  const isOdd = body === '' || /^\s/.test(body) || lines.some(line => /\s$/.test(line));
  const hasMoreEnds = value.length - body.length > 1;
  if (isOdd || hasMoreEnds || /[^\P{C}\n\t]/u.test(body)) return [`${name}: ${text(value, false)}`];
  const mark = body === value ? '|-' : '|';
  return [`${name}: ${mark}`, ...lines.map(line => (line ? `  ${line}` : ''))];
}

function hasLines(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasLines);
}
