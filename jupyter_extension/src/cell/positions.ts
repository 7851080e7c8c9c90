import type { Problem } from './answers';
import type { Range } from './header';
import { type Line, unitsOf } from './lines';
import type { Cell } from './parse';

/** Where a problem of a draft stands in the cell that it was read from. */
export function rangeOf(cell: Cell, problem: Problem): Range {
  const text = problem.field === null ? undefined : cell.header.texts.get(problem.field);
  const isOwn = problem.part === (cell.magic.kind.name === 'transform' ? 'transform' : 'content');
  if (problem.line !== null && isOwn && !text) return within(cell, problem, cell.contentLine, 0);
  if (problem.line !== null && text) return within(cell, problem, text.line, text.before);
  return fieldRange(cell, problem.field);
}

/** Lines and columns of a text that begins at a line of the cell, `before` code points in. */
function within(cell: Cell, problem: Problem, first: number, before: number): Range {
  const start = cell.lines[first - 1 + (problem.line ?? 1)];
  if (!start) return fieldRange(cell, problem.field);
  const whole = lineRange(start);
  if (problem.column === null) return whole;
  const from = offset(start, problem.column, before);
  const last = problem.end_line === null ? start : cell.lines[first - 1 + problem.end_line];
  if (!last || problem.end_column === null)
    return { from, to: Math.max(wordEnd(start, from), from) };
  return { from, to: Math.max(offset(last, problem.end_column, before), from) };
}

function offset(line: Line, column: number, before: number): number {
  return line.from + unitsOf(line.text, column - 1 + before);
}

function lineRange(line: Line): Range {
  const indent = line.text.length - line.text.trimStart().length;
  return { from: line.from + indent, to: line.from + Math.max(line.text.trimEnd().length, indent) };
}

function wordEnd(line: Line, from: number): number {
  const rest = line.text.slice(from - line.from);
  return from + (/^[\p{L}\p{N}_]+/u.exec(rest)?.[0].length ?? Math.min(rest.length, 1));
}

/** Of the deepest part of a field's name that the header has; else the first line's own. */
function fieldRange(cell: Cell, field: string | null): Range {
  const parts = (field ?? '').split('.');
  for (let length = parts.length; length > 0; length--) {
    const found = cell.header.places.get(parts.slice(0, length).join('.'));
    if (found) return found;
  }
  return { from: cell.magic.from, to: cell.magic.to };
}
