import {
  type Input,
  NodeProp,
  NodeSet,
  NodeType,
  Parser,
  type PartialParse,
  type ParseWrapper,
  Tree,
  type TreeFragment
} from '@lezer/common';
import { styleTags, tags } from '@lezer/highlight';

import { headerEnd } from './header';
import { tagsOf, tokensOf } from './jinja';
import { linesOf } from './lines';
import { isOurs, kindOf } from './magic';
import { splitWords } from './words';

const NAMES = [
  'Cell',
  'Header',
  'Body',
  'HeaderMark',
  'MagicSign',
  'MagicKind',
  'MagicMethod',
  'MagicPath',
  'MagicFlag',
  'MagicValue',
  'JinjaMark',
  'JinjaComment',
  'JinjaKeyword',
  'JinjaFilter',
  'JinjaName',
  'JinjaProperty',
  'JinjaString',
  'JinjaNumber',
  'JinjaBool',
  'JinjaOperator',
  'Word'
] as const;
type Name = (typeof NAMES)[number];

const styles = styleTags({
  'MagicSign HeaderMark JinjaMark': tags.meta,
  'MagicKind JinjaKeyword': tags.keyword,
  MagicMethod: tags.typeName,
  'MagicPath JinjaString': tags.string,
  MagicFlag: tags.attributeName,
  MagicValue: tags.propertyName,
  JinjaComment: tags.comment,
  JinjaFilter: tags.standard(tags.name),
  JinjaName: tags.variableName,
  JinjaProperty: tags.propertyName,
  JinjaNumber: tags.number,
  JinjaBool: tags.bool,
  JinjaOperator: tags.operator
});

const nodes = new NodeSet(
  NAMES.map((name, id) => NodeType.define({ id, name, top: name === 'Cell' }))
).extend(styles);

/** Ranges of the text that another language has, by the node that they are in. */
export const inner = new NodeProp<readonly { from: number; to: number }[]>({ perNode: true });

interface Piece {
  name: Name;
  from: number;
  to: number;
  pieces?: Piece[];
  /** What another language has of it. */
  inner?: { from: number; to: number }[];
}

function nodeOf(piece: Piece): Tree {
  const { from } = piece;
  const children = (piece.pieces ?? []).filter(child => child.to > child.from);
  return new Tree(
    nodes.types[NAMES.indexOf(piece.name)] as NodeType,
    children.map(nodeOf),
    children.map(child => child.from - from),
    piece.to - from,
    piece.inner ? [[inner, piece.inner.filter(range => range.to > range.from)]] : undefined
  );
}

/** A body with Jinja in it; what is between the tags is for the body's own language. */
function template(text: string, from: number, to: number): Piece {
  const body = text.slice(from, to);
  const found = tagsOf(body);
  const ends = [0, ...found.map(tag => tag.to)];
  const starts = [...found.map(tag => tag.from), body.length];
  const ranges = ends
    .map((end, index) => ({ from: from + end, to: from + (starts[index] ?? end) }))
    .filter(range => range.to > range.from);
  const tokens = found
    .flatMap(tag => tokensOf(body, tag))
    .map(token => ({ ...token, from: token.from + from, to: token.to + from }));
  const pieces = [...tokens, ...wordsIn(text, ranges)].sort((one, other) => one.from - other.from);
  return { name: 'Body', from, to, pieces, inner: ranges };
}

const WORD = /[\p{L}_][\p{L}\p{N}_]*/gu;

/**
 * The words of what another language has. JupyterLab looks for the word under the cursor in the
 * outer tree alone, and would have what completes it begin behind it.
 */
function wordsIn(text: string, ranges: readonly { from: number; to: number }[]): Piece[] {
  return ranges.flatMap(({ from, to }) =>
    [...text.slice(from, to).matchAll(WORD)].map(({ 0: word, index }) => ({
      name: 'Word' as const,
      from: from + index,
      to: from + index + word.length
    }))
  );
}

function cell(text: string): Piece[] {
  const lines = linesOf(text);
  const [first] = lines;
  if (!first || !isOurs(first.text)) return [];
  const { language, mark } = kindOf(first.text);
  const [end, start] = headerEnd(lines, mark);
  const behind = lines[end]?.from ?? text.length;
  const pieces = magic(first.text, first.from);
  const marked = lines.slice(1, end).filter(line => line.text.startsWith(mark));
  const [top] = marked;
  if (top) {
    const ranges = marked.map(line => {
      const next = lines[lines.indexOf(line) + 1];
      return { from: line.from + mark.length, to: next?.from ?? text.length };
    });
    pieces.push({
      name: 'Header',
      from: top.from,
      to: behind,
      pieces: marked.flatMap(({ from }, index) => [
        { name: 'HeaderMark', from, to: from + mark.length },
        ...wordsIn(text, ranges.slice(index, index + 1))
      ]),
      inner: ranges
    });
  }
  const from = lines[start]?.from ?? text.length;
  if (language === 'sql') pieces.push(template(text, from, text.length));
  else pieces.push({ name: 'Body', from, to: text.length, inner: [{ from, to: text.length }] });
  return pieces;
}

function magic(line: string, from: number): Piece[] {
  const at = from + '%%dbapi'.length;
  const pieces: Piece[] = [{ name: 'MagicSign', from, to: at }];
  let plain = 0;
  for (const word of splitWords(line.slice('%%dbapi'.length)) ?? []) {
    const isFlag = word.text.startsWith('-');
    const names = ['MagicKind', 'MagicMethod', 'MagicPath'] as const;
    const name = isFlag ? 'MagicFlag' : (names[plain] ?? 'MagicValue');
    if (!isFlag) plain += 1;
    pieces.push({ name, from: at + word.from, to: at + word.to });
  }
  return pieces;
}

/** Reads a whole text at once: cells are short. `wrap` gives the inner languages their parts. */
export class OuterParser extends Parser {
  constructor(
    private readonly isCell: boolean,
    private readonly wrap: ParseWrapper
  ) {
    super();
  }

  createParse(
    input: Input,
    fragments: readonly TreeFragment[],
    ranges: readonly { from: number; to: number }[]
  ): PartialParse {
    const length = input.length;
    const read = (): Tree => {
      const text = input.read(0, length);
      const pieces = this.isCell ? cell(text) : [template(text, 0, length)];
      return nodeOf({ name: 'Cell', from: 0, to: length, pieces });
    };
    const whole: PartialParse = {
      parsedPos: length,
      stoppedAt: null,
      advance: read,
      // It is never long.
      stopAt: () => undefined
    };
    return this.wrap(whole, input, fragments, ranges);
  }
}
