import type { TableAnswer } from '../../api/schema';
import type { InnerKey, Vocabulary, Word } from '../answers';

/** What is known now; what is not there yet is empty. */
export interface Known {
  vocabulary: Vocabulary | null;
  /** Of the cell's datasource. */
  tables: readonly TableAnswer[];
  datasources: readonly { name: string; description: string | null }[];
  endpoints: readonly {
    method: string;
    path: string;
    name: string | null;
    description: string | null;
    params: readonly { name: string; type?: string; description?: string | null }[];
  }[];
  modules: readonly { name: string; description: string | null }[];
  macros: readonly { name: string; description: string | null; language: string }[];
}

export type ItemType =
  | 'keyword'
  | 'filter'
  | 'function'
  | 'parameter'
  | 'macro'
  | 'table'
  | 'column'
  | 'option'
  | 'value'
  | 'name'
  | 'endpoint'
  | 'module';

export interface Item {
  label: string;
  type: ItemType;
  /** What is inserted where it is not the label. */
  insert?: string;
  /** Shown beside the list, as Markdown. */
  info?: string;
}

/** What may replace the text between two offsets of the cell. */
export interface Offer {
  from: number;
  to: number;
  items: readonly Item[];
}

/** The word that ends a text. */
export function fragmentOf(text: string): string {
  return /[\p{L}_][\p{L}\p{N}_]*$/u.exec(text)?.[0] ?? '';
}

/** Each label once, the first that was said. */
export function once(items: readonly Item[]): Item[] {
  const found = new Map<string, Item>();
  for (const item of items) if (!found.has(item.label)) found.set(item.label, item);
  return [...found.values()];
}

/** A word of the vocabulary. */
export function itemOf(word: Word, type: ItemType, label = word.name): Item {
  const parts = [`\`${word.signature}\``, word.summary];
  if (word.detail) parts.push(/\s/.test(word.detail) ? word.detail : `\`${word.detail}\``);
  return { label, type, info: parts.filter(Boolean).join('\n\n') };
}

/** A key of a header, with what follows it. */
export function keyItem(key: InnerKey): Item {
  const values = key.values ? `\n\nOne of ${key.values.join(', ')}` : '';
  return { label: key.name, insert: `${key.name}: `, type: 'option', info: key.summary + values };
}

/** A name with what is said of it. */
export function named(type: ItemType, name: string, info?: string | null): Item {
  return info ? { label: name, type, info } : { label: name, type };
}
