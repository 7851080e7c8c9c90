import { type Header, headerEnd, readHeader } from './header';
import { MARKS } from './kinds';
import { type Line, linesOf, trimmedEnd } from './lines';
import { isOurs, type Magic, readMagic } from './magic';
import { CellProblem } from './problem';
import type { Value } from './yaml';

/** A cell as text: its first line, its header and its content. */
export interface Cell {
  magic: Magic;
  lines: readonly Line[];
  header: Header;
  /** Example values of the header, which are not part of the draft. */
  run: Record<string, Value>;
  content: string;
  /** The index of the line that the content begins at. */
  contentLine: number;
}

/** The first line of a cell that is one of ours; null of any other. */
export function firstLineOf(source: string): Line | null {
  const [first] = linesOf(source);
  return first && isOurs(first.text) ? first : null;
}

/** Read a cell as the magics do; null when it is none of ours. Throws CellProblem. */
export function readCell(source: string): Cell | null {
  const lines = linesOf(source);
  const [first] = lines;
  if (!first || !isOurs(first.text)) return null;
  const magic = readMagic(first);
  const { kind } = magic;
  const [end, start] = headerEnd(lines, kind.mark);
  const header = readHeader(lines, end, kind);
  refuseMarks(lines, start, magic);
  const content = trimmedEnd(
    lines
      .slice(start)
      .map(line => line.text)
      .join('\n')
  );
  if (content === '') {
    const what = kind.language === 'python' ? 'code' : 'SQL';
    const to = first.from + first.text.length;
    throw new CellProblem(`The cell has no ${what}`, first.from, to, null, true);
  }
  const { run, ...values } = header.values;
  return {
    magic,
    lines,
    header: { ...header, values },
    run: (run ?? {}) as Record<string, Value>,
    content,
    contentLine: start
  };
}

/** Options below the content's start, or marked as those of the other language. */
function refuseMarks(lines: readonly Line[], start: number, { kind }: Magic): void {
  for (let index = start; index < lines.length; index++) {
    const line = lines[index] as Line;
    const text = line.text.trimStart();
    const to = line.from + line.text.length;
    if (text.startsWith(kind.mark)) {
      const hint = `Move it above line ${start + 1}: options stand at the top of the cell`;
      const message = `A ${kind.mark} line stands below the start of the content`;
      throw new CellProblem(message, line.from, to, hint);
    }
    if (index === start && MARKS.some(mark => text.startsWith(mark))) {
      const language = kind.language === 'python' ? 'Python' : 'SQL';
      const message = `The options of a ${kind.name} cell in ${language} are marked ${kind.mark}`;
      throw new CellProblem(message, line.from, to, `Begin the line with ${kind.mark}`);
    }
  }
}

/** What stands in for what a cell leaves out. */
export interface Defaults {
  datasource?: string | undefined;
  module?: string | undefined;
}

/** The body of `PUT /drafts` that running the cell sends; null of a cell that holds no endpoint. */
export function draftOf(cell: Cell, defaults: Defaults): Record<string, Value> | null {
  const { kind, method, path } = cell.magic;
  if ((kind.name !== 'sql' && kind.name !== 'script') || method === null || path === null)
    return null;
  const chosen = Object.entries(defaults).filter(([, value]) => value !== undefined);
  return {
    method,
    path,
    engine: kind.name,
    ...(Object.fromEntries(chosen) as Record<string, Value>),
    ...cell.header.values,
    content: cell.content
  };
}

const USE = /^[ \t]*%dbapi[ \t]+use\b(.*)$/gm;

/** What `%dbapi use` has chosen in cells before this one, as far as the notebook's text tells. */
export function usedBefore(sources: readonly string[]): Defaults {
  const chosen: Defaults = {};
  for (const source of sources) {
    for (const [, words = ''] of source.matchAll(USE)) {
      const module = /--module[= ]\s*(\S+)/.exec(words);
      const [datasource] = words.replace(/--module[= ]\s*\S+/, '').match(/[^\s-]\S*/) ?? [];
      if (module?.[1]) chosen.module = module[1];
      if (datasource) chosen.datasource = datasource;
    }
  }
  return chosen;
}
