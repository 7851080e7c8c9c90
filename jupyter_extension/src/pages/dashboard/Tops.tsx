import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useMay } from '../../api/me';
import type { TopClientAnswer, TopEndpointAnswer, TrafficAnswer } from '../../api/schema';
import { Section } from '../../components/Page';
import { count, milliseconds, Route } from '../../components/small';
import { Table } from '../../components/Table';
import { useHost } from '../../host/host';
import { clientAt, endpointAt } from '../locations';
import { percent } from './figures';

const NUMBER = { size: 92 };

function numbers<T extends { requests: number; errors: number }>(): ColumnDef<T>[] {
  return [
    { header: 'Requests', ...NUMBER, cell: ({ row }) => count(row.original.requests) },
    {
      header: 'Errors',
      ...NUMBER,
      cell: ({ row }) => percent(row.original.errors, row.original.requests)
    }
  ];
}

const ENDPOINTS: ColumnDef<TopEndpointAnswer>[] = [
  {
    header: 'Endpoint',
    cell: ({ row: { original: one } }) =>
      one.method && one.path !== null ? (
        <Route method={one.method} path={one.path} />
      ) : (
        <span className="dbapi-Muted">deleted</span>
      )
  },
  ...numbers<TopEndpointAnswer>(),
  { header: 'p95', ...NUMBER, cell: ({ row }) => milliseconds(row.original.p95_ms) }
];

const CLIENTS: ColumnDef<TopClientAnswer>[] = [
  {
    header: 'Client',
    cell: ({ row }) => row.original.name ?? <span className="dbapi-Muted">deleted</span>
  },
  ...numbers<TopClientAnswer>()
];

/** What was asked most, and who asked most. */
export function Tops({ traffic }: { traffic: TrafficAnswer }): ReactElement {
  const host = useHost();
  const mayClients = useMay()('client', 'read');
  // Whoever may not see clients is told of none: that is not to say that there were none.
  const hasClients = mayClients || traffic.top_clients.length > 0;
  return (
    <div className={`dbapi-Grid ${hasClients ? 'dbapi-mod-wideFirst' : ''}`}>
      <Section title="Top endpoints">
        <Table
          label="Top endpoints"
          columns={ENDPOINTS}
          rows={traffic.top_endpoints}
          idOf={one => one.endpoint_id}
          onOpen={one => host.open(endpointAt(one.endpoint_id))}
          isFixed
        />
      </Section>
      {hasClients && (
        <Section title="Top clients">
          {traffic.top_clients.length === 0 ? (
            <p className="dbapi-Muted">No client has called in this time.</p>
          ) : (
            <Table
              label="Top clients"
              columns={CLIENTS}
              rows={traffic.top_clients}
              idOf={one => one.client_id}
              onOpen={one => host.open(clientAt(one.client_id))}
              isFixed
            />
          )}
        </Section>
      )}
    </div>
  );
}
