import type { QueryClient } from '@tanstack/react-query';
import { lazy, type ReactElement } from 'react';

import type { Api } from '../api/client';
import type { May } from '../api/me';
import type { IconName } from '../components/icons';
import type { Host } from '../host/host';
import { catalogueUrl } from '../texts/catalogue';
import { callsOf } from '../texts/macroCalls';
import { selectOf, tableCell, tableName } from '../texts/tableText';
import type { NodeOf, TreeNode } from './nodes';
import { refreshNode, refreshPath } from './refreshing';

const SampleDialog = lazy(() => import('./SampleDialog'));
const PublishDialog = lazy(async () => ({
  default: (await import('../publishing/PublishDialog')).PublishDialog
}));
const EndpointConfirm = lazy(() => import('./EndpointConfirm'));

/** What actions work with. */
export interface ActionContext {
  api: Api;
  queries: QueryClient;
  host: Host;
  showDialog: (draw: (close: () => void) => ReactElement) => void;
}

/** Something that can be done with a row. */
export interface NodeAction {
  id: string;
  label: string;
  icon: IconName;
  /** Whether the row has it, and the user may do it. */
  isFor: (node: TreeNode, may: May) => boolean;
  run: (node: TreeNode, context: ActionContext) => void | Promise<void>;
  /** A line stands before it in menus. */
  beginsGroup?: boolean;
}

type Kind = TreeNode['kind'];
type Details<K extends Kind> = Omit<NodeAction, 'id' | 'label' | 'icon' | 'isFor' | 'run'> & {
  may?: (node: NodeOf<K>, may: May) => boolean;
  run: (node: NodeOf<K>, context: ActionContext) => void | Promise<void>;
};

function action<K extends Kind>(
  kinds: readonly K[],
  id: string,
  label: string,
  icon: IconName,
  { may, run, ...rest }: Details<K>
): NodeAction {
  const isOf = (node: TreeNode): node is NodeOf<K> =>
    (kinds as readonly Kind[]).includes(node.kind);
  return {
    ...rest,
    id,
    label,
    icon,
    isFor: (node, asked) => isOf(node) && (may?.(node, asked) ?? true),
    run: (node, context) => (isOf(node) ? run(node, context) : undefined)
  };
}

const targetOf = ({ endpoint, moduleId }: NodeOf<'endpoint'>) => ({
  id: endpoint.id,
  module: moduleId ?? undefined
});
const pageOfEndpoint = (node: NodeOf<'endpoint'>): string => `/endpoints/${node.endpoint.id}`;

async function copy(text: string, host: Host): Promise<void> {
  await navigator.clipboard.writeText(text);
  host.notify(`Copied ${text}`);
}

/** The name of a row as SQL has it. */
function nameOf(node: NodeOf<'datasource' | 'schema' | 'table' | 'column'>): string {
  if (node.kind === 'datasource') return node.datasource.name;
  if (node.kind === 'schema') return node.schema;
  return node.kind === 'table' ? tableName(node.datasource, node.table) : node.column.name;
}

const DATA_ACTIONS: readonly NodeAction[] = [
  action(['table'], 'insert-select-cell', 'Insert SELECT in a new cell', 'add', {
    run: ({ datasource, table }, { host }) =>
      host.notebooks?.insertCells(tableCell(datasource, table))
  }),
  action(['table'], 'insert-select', 'Insert SELECT at the cursor', 'edit', {
    run: ({ datasource, table }, { host }) =>
      host.notebooks?.insertText(selectOf(datasource, table))
  }),
  action(['schema', 'table', 'column'], 'insert-name', 'Insert name at the cursor', 'edit', {
    run: (node, { host }) => host.notebooks?.insertText(nameOf(node))
  }),
  action(['table'], 'sample', 'Show sample rows', 'table', {
    may: ({ datasource }, may) => may('datasource', 'execute', { id: datasource.id }),
    run: ({ datasource, table }, { showDialog }) =>
      showDialog(close => (
        <SampleDialog
          datasource={datasource}
          schema={table.schema}
          table={table.name}
          onClose={close}
        />
      ))
  }),
  action(['datasource', 'table'], 'open-connection', 'Open the connection', 'open', {
    run: ({ datasource }, { host }) => host.open(`/connections/${datasource.id}`)
  }),
  action(['datasource', 'schema', 'table', 'column'], 'copy-name', 'Copy name', 'copy', {
    beginsGroup: true,
    run: (node, { host }) => copy(nameOf(node), host)
  })
];

const ENDPOINT_ACTIONS: readonly NodeAction[] = [
  action(['endpoint'], 'open-endpoint', 'Open', 'open', {
    run: (node, { host }) => host.open(pageOfEndpoint(node))
  }),
  action(['endpoint'], 'pull', 'Pull into a cell', 'add', {
    run: async ({ endpoint }, { api, host }) => {
      const { data } = await api.http.GET('/api/v1/endpoints/{endpoint_id}/draft', {
        params: { path: { endpoint_id: endpoint.id } }
      });
      const { cellTexts } = await import('../texts/cellText');
      if (data) host.notebooks?.insertCells(...cellTexts(data));
    }
  }),
  action(['endpoint'], 'copy-url', 'Copy URL', 'copy', {
    run: ({ endpoint }, { host }) => copy(endpoint.url, host)
  }),
  action(['endpoint'], 'open-catalogue', 'Open in the catalogue', 'open', {
    may: isLive,
    run: ({ endpoint }) => {
      window.open(catalogueUrl(endpoint), '_blank', 'noopener,noreferrer');
    }
  }),
  action(['endpoint'], 'history', 'History', 'history', {
    run: (node, { host }) => host.open(`${pageOfEndpoint(node)}/versions`)
  }),
  action(['endpoint'], 'publish', 'Publish …', 'publish', {
    beginsGroup: true,
    may: (node, may) =>
      node.endpoint.state !== 'live' && may('endpoint', 'publish', targetOf(node)),
    run: ({ endpoint }, { showDialog, queries }) =>
      showDialog(close => (
        <PublishDialog
          endpointId={endpoint.id}
          onClose={close}
          onPublished={() => void refreshPath(queries, '/api/v1/endpoints')}
        />
      ))
  }),
  action(['endpoint'], 'unpublish', 'Unpublish …', 'back', {
    may: (node, may) => isLive(node) && may('endpoint', 'publish', targetOf(node)),
    run: ({ endpoint }, { showDialog }) =>
      showDialog(close => <EndpointConfirm endpoint={endpoint} what="unpublish" onClose={close} />)
  }),
  action(['endpoint'], 'delete', 'Delete …', 'remove', {
    may: (node, may) => !isLive(node) && may('endpoint', 'delete', targetOf(node)),
    run: ({ endpoint }, { showDialog }) =>
      showDialog(close => <EndpointConfirm endpoint={endpoint} what="delete" onClose={close} />)
  })
];

function isLive({ endpoint }: NodeOf<'endpoint'>): boolean {
  return endpoint.state === 'live' || endpoint.state === 'edited';
}

const OTHER_ACTIONS: readonly NodeAction[] = [
  action(['macro'], 'open-macro', 'Open with its versions', 'open', {
    run: ({ macro }, { host }) => host.open(`/modules/macros/${macro.id}`)
  }),
  action(['macro'], 'insert-call', 'Insert a call at the cursor', 'edit', {
    run: ({ macro }, { host }) => host.notebooks?.insertText(callsOf(macro)[0] ?? macro.name)
  }),
  action(['module'], 'open-module', 'Open the module', 'open', {
    may: (node, may) => node.moduleId !== null && may('module', 'read'),
    run: ({ moduleId }, { host }) => host.open(`/modules/${moduleId ?? ''}`)
  }),
  action(['page'], 'open-page', 'Open', 'open', {
    run: ({ path }, { host }) => host.open(path)
  }),
  action(['section', 'datasource', 'schema', 'module', 'macros'], 'refresh', 'Refresh', 'refresh', {
    beginsGroup: true,
    may: node => node.kind !== 'section' || node.name !== 'pages',
    run: (node, { queries }) => refreshNode(node, queries)
  })
];

/** All of them, in the order of menus. */
export const ACTIONS: readonly NodeAction[] = [
  ...DATA_ACTIONS,
  ...ENDPOINT_ACTIONS,
  ...OTHER_ACTIONS
];

/** What this user can do with a row. */
export function actionsOf(node: TreeNode, may: May): NodeAction[] {
  return ACTIONS.filter(one => one.isFor(node, may));
}
