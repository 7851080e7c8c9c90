import type { ColumnDef } from '@tanstack/react-table';

import type { AuditEntryAnswer } from '../../api/schema';
import { Tag, type Tone } from '../../components/small';
import { Moment } from '../records/columns';
import { changesOf } from './changes';

export const TONES: Record<string, Tone> = {
  created: 'good',
  updated: 'info',
  deleted: 'bad',
  executed: 'neutral',
  refused: 'attention'
};

/** What an entry is about, in words. */
export function nameOf(entry: AuditEntryAnswer): string {
  const type = entry.resource_type.replace(/_/g, ' ');
  const name = entry.resource_name ?? entry.resource_id;
  return name === null ? type : `${type} ${name}`;
}

function fieldsOf(entry: AuditEntryAnswer): string {
  // Of what is new or gone, every field changed: that says nothing.
  if (entry.before === null || entry.after === null) return '';
  return changesOf(entry)
    .map(change => change.name)
    .join(', ');
}

const NARROW: ColumnDef<AuditEntryAnswer>[] = [
  { header: 'Time', size: 130, cell: ({ row }) => <Moment at={row.original.created_at} /> },
  { header: 'Who', size: 110, cell: ({ row }) => row.original.actor },
  {
    header: 'Change',
    size: 104,
    cell: ({ row }) => <Tag tone={TONES[row.original.change]}>{row.original.change}</Tag>
  },
  { header: 'What', cell: ({ row }) => nameOf(row.original) }
];

const WIDE: ColumnDef<AuditEntryAnswer>[] = [
  ...NARROW,
  { header: 'Fields', size: 180, cell: ({ row }) => fieldsOf(row.original) },
  { header: 'Action', size: 180, cell: ({ row }) => row.original.action }
];

/** Fewer columns beside an open entry. */
export function columnsOf(isNarrow: boolean): ColumnDef<AuditEntryAnswer>[] {
  return isNarrow ? NARROW : WIDE;
}
