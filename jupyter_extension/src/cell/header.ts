import type { Kind } from './kinds';
import { type Line, pointsOf } from './lines';
import { CellProblem } from './problem';
import { type Node, readYaml, type Value, YamlProblem } from './yaml';

/** A range of a cell's text. */
export interface Range {
  from: number;
  to: number;
}

/** Where a text of several lines in the header begins. */
export interface TextPlace {
  /** The index of its first line in the cell. */
  line: number;
  /** How many code points stand before it on its lines. */
  before: number;
}

export interface Header {
  values: Record<string, Value>;
  /** Where each field's key stands, by its name: `params.since.type`. */
  places: ReadonlyMap<string, Range>;
  /** Fields whose value is a text of several lines. */
  texts: ReadonlyMap<string, TextPlace>;
}

/** The index behind the last header line, and that of the content's first line. */
export function headerEnd(lines: readonly Line[], mark: string): [end: number, start: number] {
  let end = 1;
  for (let index = 1; index < lines.length; index++) {
    const { text } = lines[index] as Line;
    if (text.startsWith(mark)) end = index + 1;
    else if (text.trim() !== '') return [end, index];
  }
  return [end, Math.max(lines.length, 1)];
}

/** Read the lines up to `end`. Throws CellProblem. */
export function readHeader(lines: readonly Line[], end: number, kind: Kind): Header {
  const header = {
    values: {},
    places: new Map<string, Range>(),
    texts: new Map<string, TextPlace>()
  };
  const marked = lines.slice(1, end);
  const [first] = marked.filter(line => line.text.startsWith(kind.mark));
  if (!first) return header;
  if (kind.keys.length === 0) {
    const hint = `Leave the ${kind.mark} lines out: options stand in the endpoint's own cell`;
    throw problemAt(first, `A ${kind.name} cell has no options`, hint);
  }
  const sheet = new Sheet(marked, kind.mark);
  const root = read(sheet, kind);
  if (!root) return header;
  if (typeof root.value !== 'object' || root.value === null || Array.isArray(root.value)) {
    const { from, to } = sheet.range(root.from, root.to);
    throw new CellProblem('The header is not a list of `key: value` lines', from, to);
  }
  collect(root, '', sheet, lines, header);
  header.values = check(root.value, header.places, kind);
  return header;
}

function problemAt(line: Line, message: string, hint: string | null): CellProblem {
  return new CellProblem(message, line.from, line.from + line.text.length, hint);
}

/** The YAML text of a header, and where its characters stand in the cell. */
class Sheet {
  readonly text: string;
  private readonly starts: number[] = [];

  constructor(
    private readonly lines: readonly Line[],
    private readonly mark: string
  ) {
    let text = '';
    for (const line of lines) {
      this.starts.push(text.length);
      text += (line.text.startsWith(mark) ? line.text.slice(mark.length) : '') + '\n';
    }
    this.text = text;
  }

  lineAt(offset: number): number {
    return Math.max(
      this.starts.findLastIndex(start => start <= offset),
      0
    );
  }

  at(offset: number): number {
    const index = this.lineAt(offset);
    const line = this.lines[index] as Line;
    if (!line.text.startsWith(this.mark)) return line.from;
    const column = offset - (this.starts[index] ?? 0) + this.mark.length;
    return line.from + Math.min(column, line.text.length);
  }

  range(from: number, to: number): Range {
    return { from: this.at(from), to: Math.max(this.at(to), this.at(from)) };
  }
}

function read(sheet: Sheet, kind: Kind): Node | null {
  try {
    return readYaml(sheet.text);
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    const { from, to } = sheet.range(error.from, error.to);
    const hint = `Write \`${kind.mark} key: value\`; quote a text that holds \`: \` or begins with a sign`;
    throw new CellProblem(`The header is not valid YAML: ${error.message}`, from, to, hint);
  }
}

function collect(
  node: Node,
  prefix: string,
  sheet: Sheet,
  lines: readonly Line[],
  into: { places: Map<string, Range>; texts: Map<string, TextPlace> }
): void {
  for (const { key, from, to, node: value } of node.pairs) {
    const name = prefix + key;
    const place = sheet.range(from, to);
    if (into.places.has(name)) {
      throw new CellProblem(`'${name}' is given twice`, place.from, place.to);
    }
    into.places.set(name, place);
    if (value.block !== null) {
      const first = sheet.lineAt(value.block) + 1;
      into.texts.set(name, textPlace(lines, first, value.value));
    }
    collect(value, `${name}.`, sheet, lines, into);
  }
}

function textPlace(lines: readonly Line[], first: number, text: Value): TextPlace {
  const written = typeof text === 'string' ? text.split('\n') : [];
  const index = written.findIndex(line => line.trim() !== '');
  const line = index === -1 ? undefined : lines[first + index];
  if (!line) return { line: first, before: 0 };
  return { line: first, before: Math.max(pointsOf(line.text) - pointsOf(written[index] ?? ''), 0) };
}

function check(
  values: Record<string, Value>,
  places: ReadonlyMap<string, Range>,
  kind: Kind
): Record<string, Value> {
  const kept: Record<string, Value> = {};
  for (const [key, value] of Object.entries(values)) {
    const { from, to } = places.get(key) ?? { from: 0, to: 0 };
    if (!kind.keys.includes(key)) {
      const hint = `The options are ${kind.keys.join(', ')}`;
      throw new CellProblem(`'${key}' is not an option of a ${kind.name} cell`, from, to, hint);
    }
    const isMapping = typeof value === 'object' && !Array.isArray(value);
    if ((key === 'params' || key === 'run') && !isMapping) {
      throw new CellProblem(`'${key}' is a mapping of names, such as {customer_id: …}`, from, to);
    }
    if (value === null) continue;
    if (key === 'params') kept[key] = declared(value);
    // `cache: 60` is short for `cache: {ttl: 60}`.
    else if (key === 'cache' && typeof value === 'number') kept[key] = { ttl: value };
    else kept[key] = value;
  }
  return kept;
}

/** `since: date` is short for `since: {type: date}`. */
function declared(params: Value): Value {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return params;
  return Object.fromEntries(
    Object.entries(params).map(([name, said]) => {
      if (said === null) return [name, {}];
      return [name, typeof said === 'string' ? { type: said } : said];
    })
  );
}
