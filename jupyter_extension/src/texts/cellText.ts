import type { DefinitionAnswer } from '../api/schema';
import { DEFINITION_KEYS, PYTHON_MARK, SQL_MARK } from '../cell/kinds';
import { yamlInline, yamlLines } from './yamlText';

const MARKS = { sql: SQL_MARK, script: PYTHON_MARK } as const;
// What need not be said.
const USUAL: Partial<Record<string, unknown>> = {
  module: 'default',
  unknown_params: 'ignore',
  allow_async: false
};

/** The cell that saves this definition when it is run, as `%dbapi show` writes it. */
export function cellText(definition: DefinitionAnswer): string {
  const { engine, method, path, params, content } = definition;
  const header = DEFINITION_KEYS.flatMap(key => {
    const value = definition[key];
    if (value === null || value === USUAL[key]) return [];
    return yamlLines(key, key === 'cache' ? shortened(definition.cache) : value);
  });
  const names = Object.keys(params);
  if (names.length > 0) header.push('params:');
  for (const name of names) {
    header.push(...yamlLines(name, params[name] ?? {}).map(line => `  ${line}`));
  }
  const marked = header.map(line => `${MARKS[engine]} ${line}`.trimEnd());
  return [`%%dbapi ${engine} ${method} ${path}`, ...marked, content].join('\n');
}

/** Answers that vary by nothing are said by their seconds alone. */
function shortened(cache: DefinitionAnswer['cache']): unknown {
  return cache && cache.vary.length === 0 ? cache.ttl : cache;
}

/** The cells that save it whole: its own, and that of its transform. */
export function cellTexts(definition: DefinitionAnswer): string[] {
  const { method, path, transform } = definition;
  const own = cellText(definition);
  return transform === null ? [own] : [own, `%%dbapi transform ${method} ${path}\n${transform}`];
}

/** The cell that saves a test. */
export function testCellText(method: string, path: string, name: string, content: string): string {
  const flag = name === 'main' ? '' : ` --name ${name}`;
  return `%%dbapi test ${method} ${path}${flag}\n${content}`;
}

/** A first cell to begin with, for a datasource. */
export function firstCell(datasource: string): string {
  return [
    '%%dbapi sql GET hello/{name} name=Ada',
    `--| datasource: ${yamlInline(datasource)}`,
    '--| description: Greets whoever is named',
    "SELECT 'Hello ' || {{ name | sql_string }} AS greeting"
  ].join('\n');
}
