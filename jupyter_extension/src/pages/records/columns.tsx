import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { NamedRecordAnswer } from '../../api/schema';
import { milliseconds, Route, StatusTag } from '../../components/small';

/** The exact time: of rows beside each other, "2 hours ago" would all be the same. */
export function Moment({ at }: { at: string }): ReactElement {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  const time = moment.toLocaleTimeString('en', { hour12: false });
  const day = moment.toLocaleDateString('en', { month: 'short', day: 'numeric' });
  return (
    <time dateTime={at} title={moment.toLocaleString()}>
      {isToday ? time : `${day} ${time}`}
    </time>
  );
}

const NARROW: ColumnDef<NamedRecordAnswer>[] = [
  { header: 'Time', size: 124, cell: ({ row }) => <Moment at={row.original.created_at} /> },
  { header: 'Status', size: 84, cell: ({ row }) => <StatusTag status={row.original.status} /> },
  {
    header: 'Request',
    cell: ({ row }) => <Route method={row.original.method} path={row.original.path} />
  },
  { header: 'Took', size: 88, cell: ({ row }) => milliseconds(row.original.duration_ms) }
];

const WIDE: ColumnDef<NamedRecordAnswer>[] = [
  ...NARROW,
  { header: 'Client', size: 130, cell: ({ row }) => clientOf(row.original) },
  { header: 'From', size: 118, cell: ({ row }) => row.original.ip_address ?? '–' },
  { header: 'Error', size: 140, cell: ({ row }) => row.original.error_code ?? '' }
];

/** Fewer columns beside an open record. */
export function columnsOf(isNarrow: boolean): ColumnDef<NamedRecordAnswer>[] {
  return isNarrow ? NARROW : WIDE;
}

function clientOf({ client, client_id }: NamedRecordAnswer): string {
  return client ?? (client_id === null ? '–' : 'deleted');
}
