import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useCallback, useMemo, useState } from 'react';

import { useMay } from '../api/me';
import type { State } from '../api/schema';
import { Empty } from '../components/states';
import { useHost } from '../host/host';
import { actionsOf } from './actions';
import { buildTree } from './buildTree';
import { describe } from './describe';
import { FilterBar } from './FilterBar';
import type { TreeNode } from './nodes';
import { refreshNode } from './refreshing';
import type { SidebarHost } from './Sidebar';
import { Tree } from './Tree';
import { ROOT } from './TreeBuilder';
import { useDebounced } from './useDebounced';
import { useExpansion } from './useExpansion';
import { useTreeData } from './useTreeData';

/** What there is on the platform, as far as the user may see it. */
export function Resources(props: Pick<SidebarHost, 'openMenu'>): ReactElement {
  const [typed, setTyped] = useState('');
  const [state, setState] = useState<State | null>(null);
  const search = useDebounced(typed.trim());
  const may = useMay();
  const { wanted, openIn, toggle } = useExpansion(
    search || state ? `${search}\n${state ?? ''}` : ''
  );
  const { data, more } = useTreeData({ open: wanted, search, state });
  const model = useMemo(() => buildTree(data, search), [data, search]);
  const expanded = useMemo(() => openIn(model), [openIn, model]);
  const open = useOpen();
  const hasMenu = useCallback((node: TreeNode) => actionsOf(node, may).length > 0, [may]);
  const isNothing = (model.children.get(ROOT)?.length ?? 0) === 0;
  return (
    <>
      <FilterBar
        text={typed}
        onText={setTyped}
        state={state}
        onState={setState}
        hasEndpoints={may('endpoint', 'read')}
      />
      {isNothing && (search ? <NothingFound search={search} /> : <NothingAllowed />)}
      <Tree
        label="pyDBAPI"
        model={model}
        expanded={expanded}
        onToggle={toggle}
        onOpen={open}
        hasMenu={hasMenu}
        onMenu={props.openMenu}
        onMore={more}
      />
    </>
  );
}

/** What Enter or a click does with a row that does not open. */
function useOpen(): (node: TreeNode, isKey: boolean) => void {
  const host = useHost();
  const queries = useQueryClient();
  return useCallback(
    (node, isKey) => {
      if (node.kind === 'endpoint') host.open(`/endpoints/${node.endpoint.id}`);
      else if (node.kind === 'macro') host.open(`/modules/macros/${node.macro.id}`);
      else if (node.kind === 'page') host.open(node.path);
      else if (node.kind === 'column' && isKey) host.notebooks?.insertText(describe(node).label);
      else if (node.kind === 'note' && node.to) host.open(node.to);
      else if (node.kind === 'note' && node.tone === 'bad') void refreshNode(node, queries);
    },
    [host, queries]
  );
}

function NothingFound({ search }: { search: string }): ReactElement {
  return <Empty icon="search" title={`Nothing matches “${search}”`} />;
}

function NothingAllowed(): ReactElement {
  return (
    <Empty icon="firewall" title="Nothing to see here yet">
      <p>Your account has no permissions; ask an administrator for a role.</p>
    </Empty>
  );
}
