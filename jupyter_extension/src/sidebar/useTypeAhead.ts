import type { TreeInstance } from '@headless-tree/core';
import { type KeyboardEvent, useRef } from 'react';

import { describe } from './describe';
import type { TreeNode } from './nodes';

const PAUSE_MS = 700;

/** Letters go to the next row that begins with them; true when a key was one. */
export function useTypeAhead(tree: TreeInstance<TreeNode>): (event: KeyboardEvent) => boolean {
  const typed = useRef({ text: '', at: 0 });
  return event => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false;
    const before = event.timeStamp - typed.current.at < PAUSE_MS ? typed.current.text : '';
    if (event.key === ' ' && before === '') return false;
    event.preventDefault();
    const text = before + event.key.toLowerCase();
    typed.current = { text, at: event.timeStamp };
    find(tree, text)?.setFocused();
    tree.updateDomFocus();
    return true;
  };
}

function find(tree: TreeInstance<TreeNode>, text: string) {
  const items = tree.getItems();
  const at = tree.getFocusedItem().getItemMeta().index;
  // One letter goes on to the next row; several may still mean the one that has the focus.
  const from = text.length === 1 ? at + 1 : at;
  const order = [...items.slice(from), ...items.slice(0, from)];
  return order.find(item => describe(item.getItemData()).label.toLowerCase().startsWith(text));
}
