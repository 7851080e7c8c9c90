import type { TableAnswer } from '../../api/schema';
import { tagsOf } from '../jinja';
import { type Item, named } from './offer';

const HIDDEN = /'(?:''|[^'])*'?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** A query without its texts, comments and tags, each character still in its place. */
export function bare(sql: string): string {
  let text = sql;
  for (const tag of tagsOf(sql)) text = blanked(text, tag.from, tag.to);
  for (const { index, 0: found } of text.matchAll(HIDDEN)) {
    text = blanked(text, index, index + found.length);
  }
  return text;
}

function blanked(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, ' ') + text.slice(to);
}

/** Whether a query ends within a text or a comment; its tags count as nothing. */
export function isHidden(sql: string): boolean {
  let text = sql;
  for (const tag of tagsOf(sql)) text = blanked(text, tag.from, tag.to);
  const last = [...text.matchAll(HIDDEN)].at(-1);
  if (!last || last.index + last[0].length < text.length) return false;
  const [found] = last;
  if (found.startsWith('--')) return true;
  if (found.startsWith('/*')) return !(found.length > 3 && found.endsWith('*/'));
  return (found.match(/'/g)?.length ?? 0) % 2 === 1;
}

const NAME = '[\\w$."`]+';
const USE = new RegExp(
  `\\b(?:from|join|update|into)\\s+(${NAME}(?:\\s+(?:as\\s+)?\\w+)?(?:\\s*,\\s*${NAME}(?:\\s+(?:as\\s+)?\\w+)?)*)`,
  'gi'
);
// What follows a table and is no name for it.
const NOT_ALIAS =
  /^(?:where|on|using|join|left|right|full|inner|outer|cross|natural|group|order|limit|having|union|set|values|select|offset|fetch|window|returning|and|or)$/i;

export interface Used {
  table: TableAnswer;
  alias: string | null;
}

/** The tables that a query speaks of, and the names that it gives them. */
export function usedTables(sql: string, tables: readonly TableAnswer[]): Used[] {
  const used: Used[] = [];
  for (const [, list = ''] of bare(sql).matchAll(USE)) {
    for (const said of list.split(',')) {
      const [name = '', ...rest] = said.trim().split(/\s+/);
      const alias = rest.filter(word => !/^as$/i.test(word))[0];
      const table = tableNamed(name, tables);
      if (table) used.push({ table, alias: alias && !NOT_ALIAS.test(alias) ? alias : null });
    }
  }
  return used;
}

/** By its name, with a schema before it or without. */
export function tableNamed(name: string, tables: readonly TableAnswer[]): TableAnswer | undefined {
  const parts = name.replace(/["`]/g, '').toLowerCase().split('.').filter(Boolean);
  const [table = '', schema] = parts.reverse();
  return tables.find(
    known =>
      known.name.toLowerCase() === table &&
      (schema === undefined || known.schema.toLowerCase() === schema)
  );
}

export function tableItem(table: TableAnswer): Item {
  const columns = table.columns.map(column => `${column.name} ${column.type}`);
  const shown = columns.length > 12 ? [...columns.slice(0, 12), '…'] : columns;
  const info = `${table.kind} ${table.schema}.${table.name}\n\n\`\`\`\n${shown.join('\n')}\n\`\`\``;
  return named('table', table.name, info);
}

export function columnItems(table: TableAnswer): Item[] {
  return table.columns.map(({ name, type, nullable }) =>
    named('column', name, `\`${type}\`${nullable ? ', may be NULL' : ''}\n\nof ${table.name}`)
  );
}
