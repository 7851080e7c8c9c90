/** The kinds of cells: what each is marked with, and which options it knows. */

export const SQL_MARK = '--|';
export const PYTHON_MARK = '#|';
export const MARKS = [SQL_MARK, PYTHON_MARK] as const;
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** What a definition says in its cell's header, in the order in which it is written. */
export const DEFINITION_KEYS = [
  'datasource',
  'module',
  'name',
  'description',
  'access',
  'timeout',
  'max_rows',
  'rate_limit',
  'max_concurrent',
  'unknown_params',
  'cache',
  'page',
  'max_export_rows',
  'allow_async'
] as const;
const HEADER_KEYS = [...DEFINITION_KEYS, 'params', 'run'] as const;
const MACRO_KEYS = ['module', 'description'] as const;

export type KindName = 'sql' | 'script' | 'transform' | 'macro' | 'test';
export type CellLanguage = 'sql' | 'python';

export interface Kind {
  name: KindName;
  language: CellLanguage;
  /** Begins the lines of the header. */
  mark: string;
  /** The options of the header. */
  keys: readonly string[];
  /** Flags of the first line; those that take a value have its name. */
  flags: Readonly<Record<string, string | null>>;
  /** What the words after the kind are. */
  words: readonly ('method' | 'path' | 'parameter' | 'macro')[];
  summary: string;
}

const OVERWRITE = { '--overwrite': null, '--debug': null, '--help': null } as const;
const RUN = { '--params': 'JSON', '--no-run': null } as const;

function kind(
  name: KindName,
  language: CellLanguage,
  keys: readonly string[],
  words: Kind['words'],
  flags: Kind['flags'],
  summary: string
): Kind {
  const mark = language === 'python' ? PYTHON_MARK : SQL_MARK;
  return { name, language, mark, keys, flags, words, summary };
}

const ENDPOINT = ['method', 'path', 'parameter'] as const;

export const SQL = kind(
  'sql',
  'sql',
  HEADER_KEYS,
  ENDPOINT,
  { ...RUN, '--form': null, ...OVERWRITE },
  'Save the query as a draft and run it on the platform'
);
export const SCRIPT = kind(
  'script',
  'python',
  HEADER_KEYS,
  ENDPOINT,
  { ...RUN, '--form': null, ...OVERWRITE },
  'Save the Python script as a draft and run it on the platform'
);
export const TRANSFORM = kind(
  'transform',
  'python',
  [],
  ENDPOINT,
  { ...RUN, '--remove': null, ...OVERWRITE },
  'Save a Python function that reshapes the answer, and run the draft with it'
);
const MACRO_FLAGS = { '--python': null, ...OVERWRITE };
const MACRO_SUMMARY = 'Save what several endpoints share. Nobody uses it before it is published';
export const MACRO = kind('macro', 'sql', MACRO_KEYS, ['macro'], MACRO_FLAGS, MACRO_SUMMARY);
export const PYTHON_MACRO = kind(
  'macro',
  'python',
  MACRO_KEYS,
  ['macro'],
  MACRO_FLAGS,
  MACRO_SUMMARY
);
export const TEST = kind(
  'test',
  'python',
  [],
  ['method', 'path'],
  { '--name': 'NAME', '--no-run': null, '--debug': null, '--help': null },
  'Save a test of an endpoint and run it on the draft; publishing runs it again'
);

/** In the order of the help. */
export const KINDS: Readonly<Record<KindName, Kind>> = {
  sql: SQL,
  script: SCRIPT,
  transform: TRANSFORM,
  macro: MACRO,
  test: TEST
};

export function isKindName(word: string): word is KindName {
  return Object.hasOwn(KINDS, word);
}
