import { isKindName, type Kind, KINDS, METHODS, PYTHON_MACRO, SQL } from './kinds';
import type { Line } from './lines';
import { CellProblem } from './problem';
import { splitWords, type Word } from './words';

const SIGN = '%%dbapi';
const FIRST = /^%%dbapi(?: |$)/;

/** What the first line says. */
export interface Magic {
  kind: Kind;
  /** Null where the kind has none: a macro has a name. */
  method: string | null;
  path: string | null;
  name: string | null;
  flags: ReadonlySet<string>;
  /** Where method and path, or the name, stand in the cell. */
  from: number;
  to: number;
}

/** Whether a cell of this first line is one of ours. */
export function isOurs(firstLine: string): boolean {
  return FIRST.test(firstLine.trimEnd());
}

/** What the cell holds as far as its first line tells already; a query unless it says otherwise. */
export function kindOf(firstLine: string): Kind {
  const words = firstLine.slice(SIGN.length).split(/\s+/).filter(Boolean);
  const kind = isKindName(words[0] ?? '') ? KINDS[words[0] as keyof typeof KINDS] : SQL;
  return kind.name === 'macro' && words.includes('--python') ? PYTHON_MACRO : kind;
}

/** Read the first line. Throws CellProblem. */
export function readMagic(line: Line): Magic {
  const start = line.from + SIGN.length;
  const end = line.from + line.text.trimEnd().length;
  const rest = line.text.slice(SIGN.length).trimEnd();
  const words = splitWords(rest);
  if (!words) {
    throw new CellProblem('A quotation mark on the line has no partner', start, end, null, true);
  }
  const [first, ...others] = words.map(word => ({
    ...word,
    from: word.from + start,
    to: word.to + start
  }));
  if (!first) throw new CellProblem('What does the cell hold?', line.from, end, KIND_HINT, true);
  if (!isKindName(first.text)) {
    const isLast = first.to === end;
    throw new CellProblem(
      `There are no '${first.text}' cells`,
      first.from,
      first.to,
      KIND_HINT,
      isLast || first.text.startsWith('-')
    );
  }
  return named(kindOf(line.text), first, others);
}

const KIND_HINT = `Write one of ${Object.keys(KINDS).join(', ')}`;

function named(kind: Kind, first: Word, words: readonly Word[]): Magic {
  const { plain, flags } = sort(kind, words);
  const asked = [...flags].find(flag => flag === '-h' || flag === '--help');
  const [one, two] = plain;
  const last = words.at(-1) ?? first;
  const known = { kind, flags, from: one?.from ?? first.from, to: last.to };
  if (asked) throw new CellProblem('The cell shows its help', first.from, last.to, null, true);
  if (kind.name === 'macro') {
    if (!one) throw new CellProblem('The macro has no name', first.from, last.to, null, true);
    return { ...known, method: null, path: null, name: one.text, to: one.to };
  }
  const example = 'orders/{customer_id}';
  if (!one) {
    const hint = `Write GET ${example}`;
    throw new CellProblem('No method and no path', first.from, first.to, hint, true);
  }
  const method = one.text.toUpperCase();
  if (!METHODS.includes(method as (typeof METHODS)[number])) {
    const hint = `Write one of ${METHODS.join(', ')}, then the path`;
    throw new CellProblem(`'${one.text}' is not a method`, one.from, one.to, hint, !two);
  }
  const path = two?.text.replace(/^\/+|\/+$/g, '') ?? '';
  if (!two || two.text.includes('=') || path === '') {
    const hint = `${method} ${example}`;
    throw new CellProblem(`No path after ${method}`, one.from, one.to, hint, !two);
  }
  return { ...known, method, path, name: null, to: two.to };
}

// As argparse has it: neither a negative number, nor a text with spaces.
const LIKE_FLAG = /^-(?!\d+$|\d*\.\d+$)[^ ]+$/;

/** Words that are neither flags nor their values, and the flags. Throws CellProblem. */
function sort(kind: Kind, words: readonly Word[]): { plain: Word[]; flags: Set<string> } {
  const plain: Word[] = [];
  const flags = new Set<string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const [flag = ''] = word.text.split('=', 1);
    const isKnown = flag === '-h' || Object.hasOwn(kind.flags, flag);
    if (!isKnown && !LIKE_FLAG.test(word.text)) {
      plain.push(word);
      continue;
    }
    if (!isKnown) {
      const hint = `The options are ${Object.keys(kind.flags).join(', ')}`;
      const isLast = index === words.length - 1;
      const message = `%%dbapi ${kind.name} has no option ${flag}`;
      throw new CellProblem(message, word.from, word.to, hint, isLast);
    }
    flags.add(flag);
    if (kind.flags[flag] && !word.text.includes('=')) index += 1;
  }
  return { plain, flags };
}
