import type { ItemInstance } from '@headless-tree/core';
import { type HTMLAttributes, memo, type MouseEvent, type ReactElement } from 'react';

import { Button } from '../components/Button';
import { Icon } from '../components/icons';
import { describe } from './describe';
import type { TreeNode } from './nodes';
import type { TreeProps } from './Tree';

type Props = Pick<TreeProps, 'onOpen' | 'hasMenu' | 'onMenu'> & {
  item: ItemInstance<TreeNode>;
  /** What the item tells of itself: it stays the same object while these change. */
  node: TreeNode;
  meta: ReturnType<ItemInstance<TreeNode>['getItemMeta']>;
  isFocused: boolean;
  isExpanded: boolean;
  index: number;
  start: number;
  measure: (element: HTMLElement | null) => void;
};

type ItemProps = HTMLAttributes<HTMLElement> & { ref: (element: HTMLElement | null) => void };

/** A row of the tree; scrolling draws only those that come into sight. */
export const Row = memo(function Row(props: Props): ReactElement {
  const { item, node, onMenu } = props;
  const { ref, onClick, ...itemProps } = item.getProps() as ItemProps;
  const hasMenu = props.hasMenu(node);
  const click = (event: MouseEvent<HTMLElement>): void => {
    onClick?.(event);
    if (!item.isFolder()) props.onOpen(node, false);
  };
  const openMenu = (event: MouseEvent): void => {
    if (!hasMenu) return;
    event.preventDefault();
    event.stopPropagation();
    item.setFocused();
    const row = event.currentTarget.closest<HTMLElement>('[role=treeitem]');
    if (row) onMenu(node, { ...placeOf(event, row), row });
  };
  return (
    // The keys are the tree's, which holds the row.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      {...itemProps}
      role="treeitem"
      tabIndex={props.isFocused ? 0 : -1}
      aria-selected={undefined}
      ref={element => {
        ref(element);
        // Only what may take several lines is measured.
        if (node.kind === 'note') props.measure(element);
      }}
      data-index={props.index}
      className={`dbapi-Row dbapi-mod-${node.kind}`}
      style={{ transform: `translateY(${props.start}px)` }}
      onClick={click}
      onContextMenu={openMenu}
    >
      <Content item={item} node={node} />
      {hasMenu && (
        <Button
          look="quiet"
          icon="more"
          className="dbapi-Row-more"
          tabIndex={-1}
          aria-label={`Actions for ${describe(node).label}`}
          aria-haspopup="menu"
          onClick={openMenu}
        />
      )}
    </div>
  );
});

/** At the pointer, or below the row where the menu key or the button asked. */
function placeOf(event: MouseEvent, row: HTMLElement): { x: number; y: number } {
  if (event.type === 'contextmenu' && event.button === 2 && event.clientX > 0) {
    return { x: event.clientX, y: event.clientY };
  }
  const button = row.querySelector('.dbapi-Row-more') ?? row;
  const { left, bottom } = button.getBoundingClientRect();
  return { x: left, y: bottom };
}

function Content(props: { item: ItemInstance<TreeNode>; node: TreeNode }): ReactElement {
  const { item, node } = props;
  const { label, icon, detail } = describe(node);
  const level = item.getItemMeta().level;
  const isFolder = item.isFolder();
  return (
    <>
      <span className="dbapi-Row-indent" style={{ width: level * 14 }} />
      <span className={`dbapi-Row-chevron ${item.isExpanded() ? 'dbapi-mod-open' : ''}`}>
        {isFolder && <Icon name="chevron" />}
      </span>
      {icon && <Icon name={icon} />}
      {node.kind === 'endpoint' && (
        <Lead method={node.endpoint.method} state={node.endpoint.state} />
      )}
      <span className="dbapi-Row-label" title={label}>
        {node.kind === 'note' && node.tone === 'busy' && <span className="dbapi-Spinner" />}
        {label}
      </span>
      {detail && <span className="dbapi-Row-detail">{detail}</span>}
    </>
  );
}

/** The state as a dot, the method as a word. */
function Lead(props: { method: string; state: string }): ReactElement {
  return (
    <>
      <span className="dbapi-StateDot" data-state={props.state} title={props.state} />
      <span className="dbapi-Method" data-method={props.method}>
        {props.method}
      </span>
    </>
  );
}
