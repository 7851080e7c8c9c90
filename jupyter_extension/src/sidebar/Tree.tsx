import {
  buildProxiedInstance,
  hotkeysCoreFeature,
  syncDataLoaderFeature
} from '@headless-tree/core';
import { useTree } from '@headless-tree/react';
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from 'react';

import { describe } from './describe';
import type { TreeNode } from './nodes';
import { Row } from './Row';
import { ROOT, type TreeModel } from './TreeBuilder';
import { useTypeAhead } from './useTypeAhead';

export const ROW_PX = 26;

/** Where a menu opens, and what gets the focus back. */
export interface MenuPlace {
  x: number;
  y: number;
  row: HTMLElement;
}

export interface TreeProps {
  label: string;
  model: TreeModel;
  expanded: string[];
  onToggle: (id: string, isOpen: boolean) => void;
  /** Enter or a click; `isKey` where it was a key. */
  onOpen: (node: TreeNode, isKey: boolean) => void;
  hasMenu: (node: TreeNode) => boolean;
  onMenu: (node: TreeNode, place: MenuPlace) => void;
  /** The end of a list that goes on came into sight. */
  onMore: (list: string) => void;
}

// The tree's own keys, which must not scroll it too.
const HOTKEYS = {
  expandOrDown: { hotkey: 'ArrowRight', preventDefault: true },
  collapseOrUp: { hotkey: 'ArrowLeft', preventDefault: true },
  focusFirstItem: { hotkey: 'Home', preventDefault: true },
  focusLastItem: { hotkey: 'End', preventDefault: true }
};

/** A tree by the ARIA pattern that draws only the rows in sight. */
export function Tree(props: TreeProps): ReactElement {
  const { model, expanded } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTo = useRef<(index: number) => void>(() => undefined);
  const tree = useTree<TreeNode>({
    rootItemId: ROOT,
    dataLoader: {
      getItem: id => model.nodes.get(id) ?? gone(id),
      // The library wants an array it could change; it never does.
      getChildren: id => (model.children.get(id) ?? []) as string[]
    },
    getItemName: item => describe(item.getItemData()).spoken,
    isItemFolder: item => model.children.has(item.getId()),
    state: { expandedItems: expanded },
    setExpandedItems: change => {
      const next = typeof change === 'function' ? change(expanded) : change;
      const changed = difference(expanded, next);
      if (changed !== undefined) props.onToggle(changed, next.includes(changed));
    },
    scrollToItem: item => scrollTo.current(item.getItemMeta().index),
    features: [syncDataLoaderFeature, hotkeysCoreFeature],
    hotkeys: HOTKEYS,
    // Methods of thousands of rows are made when they are called, not before.
    instanceBuilder: buildProxiedInstance
  });
  useEffect(() => tree.rebuildTree(), [tree, model]);
  const items = tree.getItems();
  const focused = tree.getFocusedItem() as ReturnType<typeof tree.getFocusedItem> | undefined;
  const focusedIndex = focused?.getItemMeta().index ?? -1;
  useEffect(() => {
    // The row that had the focus is gone: the first one takes its place for Tab.
    if (items.length > 0 && focusedIndex < 0) items[0]?.setFocused();
  }, [items, focusedIndex]);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: index => items[index]?.getId() ?? index,
    overscan: 12,
    initialRect: { width: 300, height: 700 },
    // The row with the focus stays drawn, or the keyboard would lose its place.
    rangeExtractor: (range: Range) => withIndex(defaultRangeExtractor(range), focusedIndex)
  });
  useEffect(() => {
    scrollTo.current = index => virtual.scrollToIndex(index);
  }, [virtual]);
  const typeAhead = useTypeAhead(tree);
  const rows = virtual.getVirtualItems();
  const ends = rows.map(row => items[row.index]?.getItemData()).filter(isMore);
  const unseen = ends.map(end => end.list).join('\n');
  const { onMore } = props;
  useEffect(() => {
    if (unseen) unseen.split('\n').forEach(onMore);
  }, [unseen, model, onMore]);
  const press = (event: KeyboardEvent): void => {
    const item = tree.getFocusedItem();
    if (event.target instanceof HTMLButtonElement || typeAhead(event)) return;
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    if (!item.isFolder()) props.onOpen(item.getItemData(), true);
    else if (item.isExpanded()) item.collapse();
    else item.expand();
  };
  return (
    <div className="dbapi-Tree" ref={scroller}>
      <div
        {...tree.getContainerProps(props.label)}
        role="tree"
        tabIndex={-1}
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={press}
      >
        {rows.map(row => {
          const item = items[row.index];
          if (!item) return null;
          return (
            <Row
              key={item.getId()}
              item={item}
              node={item.getItemData()}
              meta={item.getItemMeta()}
              isFocused={item.isFocused()}
              isExpanded={item.isExpanded()}
              index={row.index}
              start={row.start}
              measure={virtual.measureElement}
              onOpen={props.onOpen}
              hasMenu={props.hasMenu}
              onMenu={props.onMenu}
            />
          );
        })}
      </div>
    </div>
  );
}

function isMore(node: TreeNode | undefined): node is Extract<TreeNode, { kind: 'more' }> {
  return node?.kind === 'more';
}

// A row that is asked for while the next tree is being built.
function gone(id: string): TreeNode {
  return { id, kind: 'note', tone: 'muted', text: '' };
}

function withIndex(indexes: number[], index: number): number[] {
  if (index < 0 || indexes.includes(index)) return indexes;
  return [...indexes, index].sort((a, b) => a - b);
}

function difference(before: readonly string[], after: readonly string[]): string | undefined {
  const was = new Set(before);
  const is = new Set(after);
  return after.find(id => !was.has(id)) ?? before.find(id => !is.has(id));
}
