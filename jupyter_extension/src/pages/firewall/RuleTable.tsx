import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import type { FirewallRuleAnswer } from '../../api/schema';
import { Tag } from '../../components/small';
import { Table } from '../../components/Table';
import { RuleActions } from './RuleActions';
import { ScopeClient, ScopeEndpoint } from './Scope';

function columns(rules: readonly FirewallRuleAnswer[]): ColumnDef<FirewallRuleAnswer>[] {
  return [
    { header: 'Position', cell: ({ row }) => row.original.position },
    {
      header: 'Action',
      cell: ({ row }) => (
        <Tag tone={row.original.action === 'allow' ? 'good' : 'bad'}>{row.original.action}</Tag>
      )
    },
    { header: 'Network', cell: ({ row }) => <code>{row.original.network}</code> },
    { header: 'Client', cell: ({ row }) => <ScopeClient id={row.original.client_id} /> },
    { header: 'Endpoint', cell: ({ row }) => <ScopeEndpoint id={row.original.endpoint_id} /> },
    { header: 'Description', cell: ({ row }) => row.original.description ?? '' },
    {
      header: 'State',
      cell: ({ row }) => (
        <Tag tone={row.original.is_active ? 'good' : 'neutral'}>
          {row.original.is_active ? 'active' : 'inactive'}
        </Tag>
      )
    },
    {
      id: 'actions',
      header: () => <span className="dbapi-Hidden">Actions</span>,
      cell: ({ row }) => <RuleActions rules={rules} rule={row.original} />
    }
  ];
}

/** The rules in the order that they decide in; the one that decided a check stands out. */
export function RuleTable(props: {
  rules: readonly FirewallRuleAnswer[];
  decided: string | undefined;
}): ReactElement {
  return (
    <Table
      label="Firewall rules"
      columns={columns(props.rules)}
      rows={props.rules}
      idOf={row => row.id}
      selected={props.decided ?? ''}
    />
  );
}
