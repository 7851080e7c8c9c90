import { isKindName, type Kind, KINDS, METHODS } from '../kinds';
import { type Item, type Known, named } from './offer';

/** What the first line may go on with; `before` is what stands between the sign and the cursor. */
export function magicItems(before: string, known: Known): { fragment: string; items: Item[] } {
  const words = before.split(/\s+/).filter(Boolean);
  const fragment = /\s$/.test(before) || !words.length ? '' : (words.pop() ?? '');
  const [first] = words;
  if (first === undefined) {
    const items = Object.values(KINDS).map(kind => named('keyword', kind.name, kind.summary));
    return { fragment, items };
  }
  if (!isKindName(first)) return { fragment, items: [] };
  return { fragment, items: further(KINDS[first], words.slice(1), fragment, known) };
}

function further(kind: Kind, words: readonly string[], fragment: string, known: Known): Item[] {
  const flags = Object.keys(kind.flags).filter(flag => !words.includes(flag));
  const offered = flags.map(flag => named('option', flag, FLAGS[flag]));
  if (fragment.startsWith('-')) return offered;
  if (kind.flags[words.at(-1) ?? '']) return [];
  const plain = words.filter((word, index) => {
    return !word.startsWith('-') && !kind.flags[words[index - 1] ?? ''];
  });
  switch (kind.words[Math.min(plain.length, kind.words.length - 1)]) {
    case 'method':
      return METHODS.map(method => named('keyword', method));
    case 'path':
      return plain.length > 1 ? offered : paths(plain[0] ?? '', known);
    case 'parameter':
      return [...parameters(plain, known), ...(fragment ? [] : offered)];
    case 'macro':
      if (plain.length) return offered;
      return known.macros.map(macro => named('macro', macro.name, macro.description));
    default:
      return [];
  }
}

function paths(method: string, known: Known): Item[] {
  return known.endpoints
    .filter(endpoint => endpoint.method === method.toUpperCase())
    .map(({ path, description, name }) => named('endpoint', path, description ?? name));
}

function parameters(plain: readonly string[], known: Known): Item[] {
  const [method = '', path = '', ...values] = plain;
  const given = values.map(value => value.split('=')[0]);
  return known.endpoints
    .filter(endpoint => endpoint.method === method.toUpperCase() && endpoint.path === path)
    .flatMap(endpoint => endpoint.params)
    .filter(parameter => !given.includes(parameter.name))
    .map(({ name, type, description }) => ({
      ...named('parameter', name, [type, description].filter(Boolean).join(': ')),
      insert: `${name}=`
    }));
}

const FLAGS: Readonly<Record<string, string>> = {
  '--params': 'Parameters as a JSON object, or the name of a dict',
  '--form': 'Show a form for the parameters under the cell',
  '--no-run': 'Only save',
  '--overwrite': 'Replace what somebody else has saved, once the difference was shown',
  '--remove': 'Take the transform away; the cell is empty then',
  '--python': 'The cell holds Python functions, for scripts',
  '--name': "The test's name; main without it",
  '--debug': 'Show errors with their whole trace',
  '--help': 'Show how the cell is used'
};
