import { type Tag, tagsOf } from '../jinja';
import { fragmentOf, type Item, itemOf, type Known, named, once } from './offer';

/** The tag that the cursor is in, when `before` is the template up to it. */
export function openTag(before: string): Tag | null {
  const last = tagsOf(before).at(-1);
  return last && !last.isClosed ? last : null;
}

/** What a tag may go on with; `inside` is what stands in it before the cursor. */
export function jinjaItems(
  sign: Tag['sign'],
  inside: string,
  parameters: readonly Item[],
  known: Known
): Item[] {
  if (sign === '#' || isQuoted(inside)) return [];
  const words = known.vocabulary;
  const text = inside.slice(0, inside.length - fragmentOf(inside).length);
  if (/\|\s*$/.test(text)) return (words?.filters ?? []).map(word => itemOf(word, 'filter'));
  if (/\bis\s+(?:not\s+)?$/.test(text)) {
    const tests = words?.tests.filter(word => /^\w+$/.test(word.name)) ?? [];
    return tests.map(word => itemOf(word, 'function'));
  }
  if (sign === '%' && /^[-+]?\s*$/.test(text)) {
    return (words?.tags ?? []).map(word => itemOf(word, 'keyword'));
  }
  const [, owner] = /\b(\w+)\.$/.exec(text) ?? [];
  if (owner !== undefined) return members(owner, known);
  const macros = known.macros
    .filter(macro => macro.language === 'sql')
    .map(macro => named('macro', macro.name, macro.description));
  const names = words?.globals.filter(word => !word.name.includes('.')) ?? [];
  return once([...parameters, ...macros, ...names.map(word => itemOf(word, 'name'))]);
}

function members(owner: string, known: Known): Item[] {
  const prefix = `${owner}.`;
  return (known.vocabulary?.globals ?? [])
    .filter(word => word.name.startsWith(prefix))
    .map(word => itemOf(word, 'name', word.name.slice(prefix.length)));
}

function isQuoted(text: string): boolean {
  const left = text.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, '');
  return /["']/.test(left);
}
