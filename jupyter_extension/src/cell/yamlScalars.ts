/** YAML's scalars, by version 1.2: `on` is text, and a date stays as it is written. */

export type Scalar = string | number | boolean | null;

const TYPES: readonly [RegExp, (text: string) => Scalar][] = [
  [/^(?:~|null|Null|NULL|)$/, () => null],
  [/^(?:true|True|TRUE|false|False|FALSE)$/, text => text.toLowerCase() === 'true'],
  [/^[-+]?[0-9]+$/, Number],
  [/^(?:[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+)$/, Number]
];

/** A plain scalar is what it looks like; its lines are one. */
export function plainScalar(raw: string): Scalar {
  const text = folded(raw);
  const type = TYPES.find(([pattern]) => pattern.test(text));
  return type ? type[1](text) : text;
}

/** The text of a quoted scalar, its quotes included; null where it has no end. */
export function quotedScalar(raw: string): string | null {
  const quote = raw.charAt(0);
  if (raw.length < 2 || !raw.endsWith(quote)) return null;
  const inner = raw.slice(1, -1);
  if (quote === "'") return folded(inner, false).replaceAll("''", "'");
  return unescaped(inner);
}

/** Lines are joined by a space; empty lines between them stay as line ends. */
function folded(raw: string, isTrimmed = true): string {
  const text = isTrimmed ? raw.trim() : raw;
  return text.replace(/[ \t]*\n((?:[ \t]*\n)*)[ \t]*/g, (_, empty: string) => {
    const count = empty.split('\n').length - 1;
    return count ? '\n'.repeat(count) : ' ';
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029'
};

const ESCAPE =
  /\\(?:\n[ \t]*|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|[ \t]*\n(?:[ \t]*\n)*[ \t]*/g;

function unescaped(inner: string): string {
  return inner.replace(ESCAPE, (all: string, ...found: (string | undefined)[]) => {
    const [x, u, long, letter] = found;
    if (!all.startsWith('\\')) return folded(all, false);
    const code = x ?? u ?? long;
    if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
    return letter === undefined ? '' : (ESCAPES[letter] ?? letter);
  });
}

/** The text of a block: `|` keeps its lines, `>` folds them; `parent` is the depth around it. */
export function blockScalar(header: string, content: string, parent: number): string {
  const given = /[1-9]/.exec(header)?.[0];
  const lines = content.split('\n');
  const first = lines.find(line => line.trim() !== '') ?? '';
  const depth = given
    ? Math.max(parent, 0) + Number(given)
    : first.length - first.trimStart().length;
  const texts = lines.map(line =>
    line.trim() === '' && line.length < depth ? '' : line.slice(depth)
  );
  let last = texts.length;
  while (last > 0 && texts[last - 1]?.trim() === '') last -= 1;
  const trailing = texts.length - last;
  const body = texts.slice(0, last);
  const text = header.startsWith('>') ? foldedBlock(body) : body.join('\n');
  if (header.includes('-')) return text;
  if (header.includes('+')) return text + '\n'.repeat(trailing + (last ? 1 : 0));
  return last ? `${text}\n` : '';
}

/** Lines that are indented further keep their ends. */
function foldedBlock(lines: readonly string[]): string {
  let text = lines[0] ?? '';
  let empty = 0;
  let before = lines[0] ?? '';
  for (const line of lines.slice(1)) {
    if (line === '') {
      empty += 1;
      continue;
    }
    const isDeep = /^[ \t]/.test(line) || /^[ \t]/.test(before);
    if (isDeep) text += '\n'.repeat(empty + 1);
    else text += empty ? '\n'.repeat(empty) : ' ';
    text += line;
    [empty, before] = [0, line];
  }
  return text;
}
