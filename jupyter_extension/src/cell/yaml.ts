import { yamlLanguage } from '@codemirror/lang-yaml';
import type { SyntaxNode } from '@lezer/common';

import { blockScalar, plainScalar, quotedScalar, type Scalar } from './yamlScalars';

export type Value = Scalar | Value[] | { [key: string]: Value };

/** A part of a YAML text; offsets are in that text. */
export interface Node {
  value: Value;
  from: number;
  to: number;
  /** Of a mapping. */
  pairs: readonly { key: string; from: number; to: number; node: Node }[];
  /** Of a text that is written as `|`: where its lines begin. */
  block: number | null;
}

export class YamlProblem extends Error {
  constructor(
    message: string,
    readonly from: number,
    readonly to: number
  ) {
    super(message);
  }
}

/** Read a text of one document; null when it is empty. Throws YamlProblem. */
export function readYaml(text: string): Node | null {
  const tree = yamlLanguage.parser.parse(text);
  tree.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) throw new YamlProblem('something is missing or too much here', from, to);
    }
  });
  const document = tree.topNode.getChild('Document');
  const root = document?.firstChild;
  return root ? new Reader(text).read(content(root)) : null;
}

/** Skip comments and directives, which say nothing. */
function content(node: SyntaxNode): SyntaxNode {
  let found: SyntaxNode | null = node;
  while (found && /^(Comment|Directive|DirectiveEnd)$/.test(found.name)) found = found.nextSibling;
  return found ?? node;
}

function depthOf(text: string, from: number): number {
  const line = text.slice(text.lastIndexOf('\n', from - 1) + 1);
  return line.length - line.trimStart().length;
}

class Reader {
  private readonly anchors = new Map<string, Node>();

  constructor(private readonly text: string) {}

  read(node: SyntaxNode): Node {
    const raw = this.raw(node);
    switch (node.name) {
      case 'Literal':
        return this.literal(node, raw);
      case 'QuotedLiteral':
        return this.quoted(node, raw);
      case 'BlockLiteral':
        return this.block(node);
      case 'BlockMapping':
      case 'FlowMapping':
        return this.mapping(node);
      case 'BlockSequence':
      case 'FlowSequence':
        return this.sequence(node);
      case 'Anchored':
        return this.anchored(node);
      case 'Tagged':
        return this.tagged(node);
      case 'Alias': {
        const known = this.anchors.get(raw.slice(1));
        if (known) return known;
        throw new YamlProblem(`there is no anchor '${raw.slice(1)}'`, node.from, node.to);
      }
    }
    throw new YamlProblem('this is not expected here', node.from, node.to);
  }

  private raw(node: SyntaxNode): string {
    return this.text.slice(node.from, node.to);
  }

  private scalar(node: SyntaxNode, value: Scalar, block: number | null = null): Node {
    return { value, from: node.from, to: node.to, pairs: [], block };
  }

  private literal(node: SyntaxNode, raw: string): Node {
    if (/^[@`%]/.test(raw)) {
      throw new YamlProblem(`a text cannot begin with ${raw.charAt(0)}`, node.from, node.to);
    }
    return this.scalar(node, plainScalar(raw));
  }

  private quoted(node: SyntaxNode, raw: string): Node {
    const text = quotedScalar(raw);
    if (text !== null) return this.scalar(node, text);
    throw new YamlProblem('a quotation mark has no partner', node.from, node.to);
  }

  private block(node: SyntaxNode): Node {
    const header = node.getChild('BlockLiteralHeader');
    const body = node.getChild('BlockLiteralContent');
    const line = this.text.indexOf('\n', node.from);
    const first = line === -1 ? this.text.length : line + 1;
    // What follows the last line belongs to the text where `+` keeps it.
    const end = /^(?:[ \t]*(?:\n|$))*/.exec(this.text.slice(node.to))?.[0].length ?? 0;
    const content = body ? this.text.slice(first, node.to + end).replace(/\n$/, '') : '';
    const mark = header ? this.raw(header) : '|';
    const text = blockScalar(mark, content, depthOf(this.text, node.from));
    return this.scalar(node, text, mark.startsWith('|') ? first : null);
  }

  private mapping(node: SyntaxNode): Node {
    const pairs: { key: string; from: number; to: number; node: Node }[] = [];
    const value: Record<string, Value> = {};
    for (const pair of node.getChildren('Pair')) {
      const key = pair.getChild('Key');
      const name = key?.firstChild ? this.key(key.firstChild) : '';
      const said = this.valueOf(pair);
      if (said?.name === 'BlockMapping' && !this.raw(said).trimStart().startsWith('?')) {
        this.refuseOnOneLine(pair, said);
      }
      const empty = { value: null, from: pair.to, to: pair.to, pairs: [], block: null };
      const read = said ? this.read(said) : empty;
      const at = key ?? pair;
      pairs.push({ key: name, from: at.from, to: at.to, node: read });
      Object.defineProperty(value, name, {
        value: read.value,
        enumerable: true,
        configurable: true,
        writable: true
      });
    }
    return { value, from: node.from, to: node.to, pairs, block: null };
  }

  private key(node: SyntaxNode): string {
    const { value } = this.read(node);
    if (typeof value === 'object' && value !== null) {
      throw new YamlProblem('a key is a word, not a list', node.from, node.to);
    }
    return typeof value === 'string' ? value : this.raw(node).trim();
  }

  private valueOf(pair: SyntaxNode): SyntaxNode | null {
    for (let child = pair.firstChild; child; child = child.nextSibling) {
      if (!/^(Key|:|\?|,|Comment)$/.test(child.name)) return child;
    }
    return null;
  }

  // The grammar takes `a: b: c` for a mapping within one; YAML does not.
  private refuseOnOneLine(pair: SyntaxNode, inner: SyntaxNode): void {
    const between = this.text.slice(pair.from, inner.firstChild?.from ?? inner.from);
    if (between.includes('\n')) return;
    throw new YamlProblem('a key cannot stand within the value of another', inner.from, inner.to);
  }

  private sequence(node: SyntaxNode): Node {
    const items = node.getChildren('Item').map(item => {
      const said = item.firstChild ? content(item.firstChild) : null;
      return said ? this.read(said).value : null;
    });
    return { value: items, from: node.from, to: node.to, pairs: [], block: null };
  }

  private anchored(node: SyntaxNode): Node {
    const anchor = node.getChild('Anchor');
    const said = anchor?.nextSibling;
    if (!anchor || !said) return this.scalar(node, null);
    const read = this.read(said);
    this.anchors.set(this.raw(anchor).slice(1), read);
    return read;
  }

  private tagged(node: SyntaxNode): Node {
    const tag = node.getChild('Tag');
    const said = tag?.nextSibling ?? null;
    const name = tag ? this.raw(tag) : '';
    const isScalar = said?.name === 'Literal' || said?.name === 'QuotedLiteral';
    if (said && /^!!(map|seq)$/.test(name) && !isScalar) return this.read(said);
    if (name === '!!str' && said?.name === 'Literal') return this.scalar(node, this.raw(said));
    if (/^!!(str|int|float|bool|null)$/.test(name) && said && isScalar) return this.read(said);
    throw new YamlProblem(`the tag ${name} is not known`, node.from, node.to);
  }
}
