import { pythonLanguage } from '@codemirror/lang-python';
import { MySQL, PostgreSQL, type SQLDialect, SQLite, StandardSQL } from '@codemirror/lang-sql';
import { yamlLanguage } from '@codemirror/lang-yaml';
import {
  defineLanguageFacet,
  indentService,
  Language,
  LanguageSupport
} from '@codemirror/language';
import { type Parser, parseMixed } from '@lezer/common';

import type { ProductType } from '../api/schema';
import { inner, OuterParser } from './grammar';
import type { CellLanguage } from './kinds';

const DIALECTS: Readonly<Record<ProductType, SQLDialect>> = {
  postgresql: PostgreSQL,
  mysql: MySQL,
  starrocks: MySQL,
  sqlite: SQLite,
  duckdb: PostgreSQL,
  trino: StandardSQL
};

/** The dialect of a datasource's product; the standard while that is not known. */
export function dialectOf(product: ProductType | null | undefined): SQLDialect {
  return product ? DIALECTS[product] : StandardSQL;
}

function support(name: string, body: Parser, comment: string, isCell: boolean): LanguageSupport {
  const data = defineLanguageFacet({ commentTokens: { line: comment } });
  const wrap = parseMixed(node => {
    const overlay = node.tree?.prop(inner);
    if (!overlay?.length) return null;
    return { parser: node.name === 'Header' ? yamlLanguage.parser : body, overlay };
  });
  const language = new Language(data, new OuterParser(isCell, wrap), [], name);
  return new LanguageSupport(language, name === 'dbapi-python' ? [] : [likeTheLineBefore]);
}

// By its grammar, each line of a query after its first would be set in.
const likeTheLineBefore = indentService.of(
  (context, at) => /^\s*/.exec(context.lineAt(at, -1).text)?.[0].length ?? 0
);

const made = new Map<string, LanguageSupport>();

function kept(key: string, make: () => LanguageSupport): LanguageSupport {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

function sqlParser(product: ProductType | null): Parser {
  return dialectOf(product).language.parser;
}

/** A whole cell: its first line, YAML in its header, its own language below. */
export function cellLanguage(language: CellLanguage, product: ProductType | null): LanguageSupport {
  if (language === 'python') {
    return kept('python', () => support('dbapi-python', pythonLanguage.parser, '#', true));
  }
  return kept(`sql ${product}`, () => support('dbapi-sql', sqlParser(product), '--', true));
}

/** SQL with Jinja in it, as a draft holds it. */
export function templateLanguage(product: ProductType | null = null): LanguageSupport {
  return kept(`template ${product}`, () =>
    support('dbapi-template', sqlParser(product), '--', false)
  );
}
