/** A parameter of an endpoint, as it is declared. */
export interface Parameter {
  name: string;
  type: string;
  in: string | null;
  required: boolean;
  default: unknown;
  description: string | null;
  enum: readonly unknown[] | null;
  header: string | null;
  /** A query that lists the values there are. */
  options: string | null;
  /** What else limits it: `minimum`, `pattern`, … */
  limits: readonly (readonly [string, unknown])[];
}

const LIMITS = [
  'minimum',
  'maximum',
  'min_length',
  'max_length',
  'pattern',
  'format',
  'items',
  'validate'
];
const SECRET =
  /pass(word|wd|phrase)|secret|token|credential|api_?key|private_?key|(^|_)(pin|pwd)$/i;

/** Whether a parameter is named like a secret: it is not kept, and not shown. */
export function isSecret(name: string): boolean {
  return SECRET.test(name);
}

/** The parameters of an endpoint: those of its path first, then as they are declared. */
export function parametersOf(
  path: string,
  declared: readonly Readonly<Record<string, unknown>>[]
): Parameter[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(found => found[1] ?? '');
  const found = declared.map(one => parameterOf(one, inPath));
  const known = new Set(found.map(one => one.name));
  const bare = inPath.filter(name => !known.has(name)).map(name => parameterOf({ name }, inPath));
  const all = [...bare, ...found];
  return [...all.filter(one => one.in === 'path'), ...all.filter(one => one.in !== 'path')];
}

function parameterOf(
  declared: Readonly<Record<string, unknown>>,
  inPath: readonly string[]
): Parameter {
  const name = text(declared['name']) ?? '';
  const isInPath = inPath.includes(name);
  return {
    name,
    type: text(declared['type']) ?? 'string',
    in: isInPath ? 'path' : text(declared['in']),
    required: isInPath || declared['required'] === true,
    default: declared['default'] ?? null,
    description: text(declared['description']),
    enum: Array.isArray(declared['enum']) ? declared['enum'] : null,
    header: text(declared['header']),
    options: text(declared['options']),
    limits: LIMITS.filter(key => declared[key] !== undefined && declared[key] !== null).map(
      key => [key, declared[key]] as const
    )
  };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
