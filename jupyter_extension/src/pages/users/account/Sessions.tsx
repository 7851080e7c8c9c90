import { useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { SessionAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Section } from '../../../components/Page';
import { Tag, Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { programOf } from './browser';

const METHODS: Record<string, string> = {
  password: 'Password',
  oidc: 'Single sign-on',
  jupyterhub: 'JupyterHub'
};

function columns(onEnd: (session: SessionAnswer) => void): ColumnDef<SessionAnswer>[] {
  return [
    {
      header: 'Logged in with',
      cell: ({ row }) => (
        <>
          {METHODS[row.original.method] ?? row.original.method}{' '}
          {row.original.is_current && <Tag tone="info">this one</Tag>}
        </>
      )
    },
    { header: 'Address', cell: ({ row }) => row.original.ip_address ?? '' },
    { header: 'Program', cell: ({ row }) => <Program name={row.original.user_agent} /> },
    { header: 'Since', cell: ({ row }) => <Time at={row.original.created_at} /> },
    { header: 'Last used', cell: ({ row }) => <Time at={row.original.last_used_at} /> },
    { header: 'Ends', cell: ({ row }) => <Time at={row.original.expires_at} /> },
    {
      id: 'end',
      header: () => <span className="dbapi-Hidden">End</span>,
      cell: ({ row }) => (
        <Button look="quiet" onClick={() => onEnd(row.original)}>
          End
        </Button>
      )
    }
  ];
}

function Program(props: { name: string | null }): ReactElement {
  const { name } = props;
  return <span title={name ?? undefined}>{name && programOf(name)}</span>;
}

/** Where one is logged in; each session can be ended. */
export function Sessions(): ReactElement {
  const { http, query } = useApi();
  const queries = useQueryClient();
  const sessions = query.useQuery('get', '/api/v1/sessions', {});
  const [ending, setEnding] = useState<SessionAnswer | null>(null);
  const end = async (session: SessionAnswer): Promise<void> => {
    await http.DELETE('/api/v1/sessions/{session_id}', {
      params: { path: { session_id: session.id } }
    });
    // Without its session this page is logged out: the login comes up by itself.
    if (session.is_current) await queries.resetQueries();
    else await queries.invalidateQueries({ queryKey: ['get', '/api/v1/sessions'] });
  };
  return (
    <Section title="Sessions">
      <Loaded query={sessions} what="your sessions">
        {page =>
          page.items.length === 0 ? (
            <p className="dbapi-Muted">There is none: you use a personal access token now.</p>
          ) : (
            <Table
              label="Sessions"
              columns={columns(setEnding)}
              rows={page.items}
              idOf={row => row.id}
            />
          )
        }
      </Loaded>
      {ending && (
        <Confirm
          title="End this session?"
          action="End the session"
          onClose={() => setEnding(null)}
          onConfirm={() => end(ending)}
        >
          <p>
            {ending.is_current
              ? 'It is the one that you use now: you have to log in again.'
              : `Whoever uses it from ${ending.ip_address ?? 'an unknown address'} has to log in again.`}
          </p>
        </Confirm>
      )}
    </Section>
  );
}
