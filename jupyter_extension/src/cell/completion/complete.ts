import { headerEnd } from '../header';
import type { Kind } from '../kinds';
import { type Line, linesOf } from '../lines';
import { isOurs, kindOf } from '../magic';
import { headerItems } from './header';
import { jinjaItems, openTag } from './jinja';
import { magicItems } from './magicLine';
import { fragmentOf, type Item, type Known, named, type Offer, once } from './offer';
import { pythonItems } from './python';
import { sqlItems } from './sql';

/** What may stand at an offset of a cell; null where the cell is none of ours. */
export function complete(source: string, at: number, known: Known): Offer | null {
  const lines = linesOf(source);
  const [first] = lines;
  if (!first || !isOurs(first.text) || at < first.from) return null;
  const index = lines.findLastIndex(line => line.from <= at);
  const before = source.slice((lines[index] as Line).from, at);
  if (index === 0) {
    const sign = '%%dbapi';
    if (before.length <= sign.length) return null;
    const { fragment, items } = magicItems(before.slice(sign.length), known);
    return offer(at, fragment, items);
  }
  const kind = kindOf(first.text);
  if (before.startsWith(kind.mark)) {
    const text = before.slice(kind.mark.length);
    return offer(at, fragmentOf(text), headerItems(text, kind, known));
  }
  return bodyOffer(source, at, lines, kind, known);
}

function bodyOffer(
  source: string,
  at: number,
  lines: readonly Line[],
  kind: Kind,
  known: Known
): Offer {
  const [, start] = headerEnd(lines, kind.mark);
  const from = Math.min(lines[start]?.from ?? source.length, at);
  const [content, before] = [source.slice(from), source.slice(from, at)];
  const fragment = fragmentOf(before);
  const parameters = parameterItems(source, lines, kind, known);
  if (kind.language === 'python') {
    return offer(at, fragment, pythonItems(kind, content, before, parameters, known));
  }
  const tag = openTag(before);
  if (!tag) return offer(at, fragment, sqlItems(content, before, known));
  const inside = before.slice(tag.from + 2);
  return offer(at, fragment, jinjaItems(tag.sign, inside, parameters, known));
}

/** Those that begin as the fragment does; the order of the rest stays. */
function offer(at: number, fragment: string, items: readonly Item[]): Offer {
  const start = fragment.toLowerCase();
  const fitting = items.filter(item => item.label.toLowerCase().startsWith(start));
  return { from: at - fragment.length, to: at, items: fitting };
}

const SQL_USE = /\{\{-?\s*(\w+)\s*(?:\||-?\}\})/g;
const PYTHON_USE = /params(?:\[|\.get\()["'](\w+)["']/g;

/** Of the path, of the header, those that the content uses, and those that are saved. */
function parameterItems(source: string, lines: readonly Line[], kind: Kind, known: Known): Item[] {
  const first = lines[0]?.text ?? '';
  const header = lines.filter(line => line.text.startsWith(kind.mark));
  const saved = known.endpoints
    .filter(({ method, path }) => `${first} `.includes(` ${method} ${path} `))
    .flatMap(endpoint => endpoint.params);
  const use = kind.language === 'python' ? PYTHON_USE : SQL_USE;
  return once([
    ...saved.map(({ name, type, description }) =>
      named('parameter', name, [type, description].filter(Boolean).join(': '))
    ),
    ...[...first.matchAll(/\{(\w+)\}/g)].map(([, name = '']) =>
      named('parameter', name, 'part of the path')
    ),
    ...header.flatMap(line => {
      const [, name, said] = /^\S+\s{2,4}(\w+):\s*(.*)$/.exec(line.text) ?? [];
      return name === undefined ? [] : [named('parameter', name, said ? `\`${said}\`` : null)];
    }),
    ...[...source.matchAll(use)].map(([, name = '']) => named('parameter', name))
  ]);
}
