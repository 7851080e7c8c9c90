import { useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { PersonalTokenAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Section } from '../../../components/Page';
import { Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { NewToken } from './NewToken';

function columns(onRevoke: (token: PersonalTokenAnswer) => void): ColumnDef<PersonalTokenAnswer>[] {
  return [
    { header: 'Name', cell: ({ row }) => row.original.name },
    { header: 'Made', cell: ({ row }) => <Time at={row.original.created_at} /> },
    { header: 'Last used', cell: ({ row }) => <Time at={row.original.last_used_at} /> },
    { header: 'Ends', cell: ({ row }) => <Time at={row.original.expires_at} /> },
    {
      id: 'revoke',
      header: () => <span className="dbapi-Hidden">Revoke</span>,
      cell: ({ row }) => (
        <Button look="quiet" onClick={() => onRevoke(row.original)}>
          Revoke
        </Button>
      )
    }
  ];
}

/** One's personal access tokens: made, shown once, revoked. */
export function Tokens(): ReactElement {
  const api = useApi();
  const queries = useQueryClient();
  const tokens = api.query.useQuery('get', '/api/v1/tokens', {});
  const [isOpen, setOpen] = useState(false);
  const [revoked, setRevoked] = useState<PersonalTokenAnswer | null>(null);
  const refresh = (): Promise<void> =>
    queries.invalidateQueries({ queryKey: ['get', '/api/v1/tokens'] });
  const revoke = async (token: PersonalTokenAnswer): Promise<void> => {
    await api.http.DELETE('/api/v1/tokens/{token_id}', {
      params: { path: { token_id: token.id } }
    });
    await refresh();
  };
  // JupyterLab's server stands between there, and lets no token through to the browser.
  const isForwarded = api.url('') !== '';
  return (
    <Section
      title="Personal access tokens"
      actions={
        !isForwarded && (
          <Button icon="add" onClick={() => setOpen(true)}>
            New token
          </Button>
        )
      }
    >
      {isForwarded && (
        <p className="dbapi-Note">
          JupyterLab shows no tokens. Make one with <code>%dbapi tokens new</code> in a notebook, or
          in the platform’s own pages in a browser.
        </p>
      )}
      <Loaded query={tokens} what="your tokens">
        {page =>
          page.items.length === 0 ? (
            <p className="dbapi-Muted">
              You have none. A program that speaks for you sends one instead of your password.
            </p>
          ) : (
            <Table
              label="Personal access tokens"
              columns={columns(setRevoked)}
              rows={page.items}
              idOf={row => row.id}
            />
          )
        }
      </Loaded>
      {isOpen && <NewToken onMade={refresh} onClose={() => setOpen(false)} />}
      {revoked && (
        <Confirm
          title={`Revoke the token ${revoked.name}?`}
          action="Revoke the token"
          onClose={() => setRevoked(null)}
          onConfirm={() => revoke(revoked)}
        >
          <p>Programs that use it are refused at once.</p>
        </Confirm>
      )}
    </Section>
  );
}
