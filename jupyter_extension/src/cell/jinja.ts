/** What the words of a template are, for colours. */
export type TokenName =
  | 'JinjaMark'
  | 'JinjaComment'
  | 'JinjaKeyword'
  | 'JinjaFilter'
  | 'JinjaName'
  | 'JinjaProperty'
  | 'JinjaString'
  | 'JinjaNumber'
  | 'JinjaBool'
  | 'JinjaOperator';

export interface Token {
  name: TokenName;
  from: number;
  to: number;
}

/** `{{ … }}`, `{% … %}` or `{# … #}`; its end is the text's where it is not closed. */
export interface Tag {
  sign: '{' | '%' | '#';
  from: number;
  to: number;
  isClosed: boolean;
}

const OPEN = /\{([{%#])/g;

/** The tags of a template, in order. */
export function tagsOf(text: string): Tag[] {
  const tags: Tag[] = [];
  OPEN.lastIndex = 0;
  for (let found = OPEN.exec(text); found; found = OPEN.exec(text)) {
    const sign = found[1] as Tag['sign'];
    const end = endOf(text, found.index + 2, sign);
    const to = end ?? text.length;
    tags.push({ sign, from: found.index, to, isClosed: end !== null });
    OPEN.lastIndex = to;
  }
  return tags;
}

/** Behind the sign that closes a tag; signs within quotes close nothing. */
function endOf(text: string, from: number, sign: Tag['sign']): number | null {
  const close = sign === '{' ? '}}' : `${sign}}`;
  if (sign === '#') {
    const end = text.indexOf(close, from);
    return end === -1 ? null : end + 2;
  }
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote) {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (text.startsWith(close, at)) return at + 2;
  }
  // While a quotation mark is being typed, the rest of the template keeps its colours.
  const plain = text.indexOf(close, from);
  return plain === -1 ? null : plain + 2;
}

const WORD =
  /(?<string>"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?)|(?<number>\d+(?:\.\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<operator>[-+*/%=<>!|~]+)/gsu;
const KEYWORDS = new Set(['if', 'else', 'in', 'is', 'not', 'and', 'or', 'recursive', 'as', 'with']);
const CONSTANTS = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** The words of a tag. */
export function tokensOf(text: string, tag: Tag): Token[] {
  if (tag.sign === '#') return [{ name: 'JinjaComment', from: tag.from, to: tag.to }];
  const first = tag.from + 2 + (/^[-+]/.test(text.slice(tag.from + 2)) ? 1 : 0);
  let last = tag.isClosed ? tag.to - 2 : tag.to;
  if (tag.isClosed && last > first && /[-+]/.test(text.charAt(last - 1))) last -= 1;
  const tokens: Token[] = [{ name: 'JinjaMark', from: tag.from, to: first }];
  const inner = text.slice(first, last);
  for (const found of inner.matchAll(WORD)) {
    const from = first + found.index;
    const isFirst = tag.sign === '%' && inner.slice(0, found.index).trim() === '';
    const before = inner.slice(0, found.index).trimEnd().at(-1);
    tokens.push({ name: nameOf(found, isFirst, before), from, to: from + found[0].length });
  }
  if (tag.isClosed) tokens.push({ name: 'JinjaMark', from: last, to: tag.to });
  return tokens;
}

function nameOf(found: RegExpExecArray, isFirst: boolean, before: string | undefined): TokenName {
  const { string, number, word } = found.groups ?? {};
  if (string !== undefined) return 'JinjaString';
  if (number !== undefined) return 'JinjaNumber';
  if (word === undefined) return 'JinjaOperator';
  if (isFirst || KEYWORDS.has(word)) return 'JinjaKeyword';
  if (CONSTANTS.has(word)) return 'JinjaBool';
  if (before === '|') return 'JinjaFilter';
  return before === '.' ? 'JinjaProperty' : 'JinjaName';
}
