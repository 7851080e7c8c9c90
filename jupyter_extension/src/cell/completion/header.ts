import type { InnerKey } from '../answers';
import type { Kind } from '../kinds';
import { fragmentOf, type Item, keyItem, type Known, named } from './offer';

/** What a header line may go on with; `before` is its text between the mark and the cursor. */
export function headerItems(before: string, kind: Kind, known: Known): Item[] {
  const fragment = fragmentOf(before);
  const text = before.slice(0, before.length - fragment.length);
  const header = known.vocabulary?.header;
  if (text.trim() === '') return keys(text.length, kind, known);
  const [, rule, inside] = /^\s?(\w+):\s*\{(.*)$/.exec(text) ?? [];
  const own = header?.keys.find(one => one.name === rule)?.keys;
  if (own && inside !== undefined) return ruleItems(own, inside);
  // Within braces the key that was said last counts: `{type: `, `{type: date, `.
  const [, key] = /(?:^|[{,]|\s)\s*([\w]+):\s*$/.exec(text) ?? [];
  if (key !== undefined) {
    const isInBraces = text.lastIndexOf('{') > text.lastIndexOf('}');
    const depth = text.length - text.trimStart().length;
    return values(key, isInBraces || depth >= 4, depth >= 2, known);
  }
  if (/[{,]\s*$/.test(text)) return (header?.parameter_keys ?? []).map(keyItem);
  return [];
}

/** What may stand within the braces of an option; `inside` ends where the word begins. */
function ruleItems(own: readonly InnerKey[], inside: string): Item[] {
  const [, said, list] = /(\w+):\s*(\[(?:[^\]]*,)?\s*)?$/.exec(inside) ?? [];
  if (said !== undefined) {
    const isList = said === 'vary' && list === undefined;
    return choices(own, said).map(item => (isList ? { ...item, insert: `[${item.label}]` } : item));
  }
  return /(?:^|,)\s*$/.test(inside) && !/\[[^\]]*$/.test(inside) ? own.map(keyItem) : [];
}

/** Between these depths stand the names of parameters, which are the author's own. */
function keys(depth: number, kind: Kind, known: Known): Item[] {
  const header = known.vocabulary?.header;
  if (depth <= 1) {
    return kind.keys.map(name => {
      const said = header?.keys.find(key => key.name === name);
      return keyItem(said ?? { name, summary: '', values: null });
    });
  }
  return depth >= 4 ? (header?.parameter_keys ?? []).map(keyItem) : [];
}

function values(key: string, isOfParameter: boolean, isBelow: boolean, known: Known): Item[] {
  const header = known.vocabulary?.header;
  const types = header?.types.map(type => named('value', type.name, type.summary)) ?? [];
  if (isOfParameter) {
    if (key === 'type' || key === 'items') return types;
    return choices(header?.parameter_keys, key);
  }
  // `since: date` is short for `since: {type: date}`.
  if (isBelow) return types;
  if (key === 'datasource') {
    return known.datasources.map(({ name, description }) => named('value', name, description));
  }
  if (key === 'module') {
    return known.modules.map(({ name, description }) => named('module', name, description));
  }
  return choices(header?.keys, key);
}

function choices(keys: readonly InnerKey[] | undefined, name: string): Item[] {
  const found = keys?.find(key => key.name === name)?.values ?? [];
  return found.map(value => named('value', value));
}
