/** A line of a cell as the magics see it; `from` is where its text begins in the cell. */
export interface Line {
  text: string;
  from: number;
}

// Where Python ends lines, which is more than JavaScript knows; a sequence of CR and LF is one.
const END = '\\r\\n|[\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029]';
const ENDS = new RegExp(END, 'gu');

/**
 * The lines of a cell. As in IPython, empty lines before the first one are left out, and what the
 * first one is indented by is taken from all.
 */
export function linesOf(source: string): Line[] {
  const lines = split(source);
  const first = lines.findIndex(line => line.text.trim() !== '');
  if (first === -1) return [];
  const kept = lines.slice(first);
  const indent = /^[ \t]*/.exec(kept[0]?.text ?? '')?.[0] ?? '';
  return kept.map(line =>
    line.text.startsWith(indent)
      ? { text: line.text.slice(indent.length), from: line.from + indent.length }
      : line
  );
}

function split(source: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const end of source.matchAll(ENDS)) {
    lines.push({ text: source.slice(from, end.index), from });
    from = end.index + end[0].length;
  }
  if (from < source.length) lines.push({ text: source.slice(from), from });
  return lines;
}

/** Where the nth character of a text is, in UTF-16 units: the platform counts code points. */
export function unitsOf(text: string, points: number): number {
  let units = 0;
  let left = points;
  for (const character of text) {
    if (left-- <= 0) break;
    units += character.length;
  }
  return units;
}

/** How many code points a text has. */
export function pointsOf(text: string): number {
  return Array.from(text).length;
}

// What Python takes for white space.
const SPACE =
  '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const TRAILING = new RegExp(`[${SPACE}]+$`, 'u');

/** Without the white space at its end, as Python's rstrip. */
export function trimmedEnd(text: string): string {
  return text.replace(TRAILING, '');
}
