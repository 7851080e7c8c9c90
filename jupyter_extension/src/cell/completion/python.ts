import type { Kind } from '../kinds';
import { fragmentOf, type Item, itemOf, type Known, named, once } from './offer';
import { columnItems, tableItem } from './tables';

const STRINGS = /"""(?:.|\n)*?"""|'''(?:.|\n)*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g;
const PARAMETER = /\bparams(?:\[|\.get\()["']\w*$/;
const CALL = /\bcall\((?:[^()]*,)?\s*\w*$/;
const WORDS =
  `and as assert break continue def elif else except False finally for from if import in is lambda
   None not or pass raise return True try while with abs all any bool dict enumerate filter float
   int isinstance len list map max min print range reversed round set sorted str sum tuple
   zip`.split(/\s+/);
const ANSWER = ['status', 'data', 'message', 'success', 'rows'];

/** What Python may go on with; `content` is the whole of it, `before` what stands before the cursor. */
export function pythonItems(
  kind: Kind,
  content: string,
  before: string,
  parameters: readonly Item[],
  known: Known
): Item[] {
  const fragment = fragmentOf(before);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (PARAMETER.test(line)) return [...parameters];
  if (kind.name === 'test' && CALL.test(line)) {
    return parameters.map(item => ({ ...item, insert: `${item.label}=` }));
  }
  const left = before.replace(STRINGS, '');
  if (/["']/.test(left)) {
    // Within a text, which in a script is most often SQL.
    return fragment
      ? once(known.tables.flatMap(table => [tableItem(table), ...columnItems(table)]))
      : [];
  }
  if (/#.*$/.test(line.replace(/"[^"]*"|'[^']*'/g, ''))) return [];
  const names = known.vocabulary?.script.names ?? [];
  const [, owner] = /\b(\w+)\.\w*$/.exec(line) ?? [];
  if (owner !== undefined) {
    const prefix = `${owner}.`;
    const found = names.filter(word => word.name.startsWith(prefix));
    if (!found.length && kind.name === 'test') return ANSWER.map(name => named('name', name));
    return found.map(word => itemOf(word, 'function', word.name.slice(prefix.length)));
  }
  if (/^\s*(?:import|from)\s+[\w.]*$/.test(line)) {
    return (known.vocabulary?.script.modules ?? []).map(name => named('module', name));
  }
  if (!fragment) return [];
  const own = [...content.matchAll(/^[ \t]*(?:def )?(\w{2,})(?=\(|\s*=[^=])/gm)];
  return once([
    ...(FIRST[kind.name]?.map(name => named('name', name)) ?? []),
    ...names.filter(word => !word.name.includes('.')).map(word => itemOf(word, 'name')),
    ...own.map(([, name = '']) => named('name', name)),
    ...WORDS.map(word => named('keyword', word))
  ]);
}

const FIRST: Partial<Record<Kind['name'], readonly string[]>> = {
  test: ['call'],
  transform: ['result']
};
