import type { Branch } from './branch';
import { noteOf } from './branch';
import type { NoteNode, TreeNode } from './nodes';

export const ROOT = 'root';

/** The tree as it is drawn: rows by id, and what is in them. */
export interface TreeModel {
  readonly nodes: ReadonlyMap<string, TreeNode>;
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** What is open unless the user said otherwise. */
  readonly opened: ReadonlySet<string>;
}

/** Collects rows. */
export class TreeBuilder implements TreeModel {
  readonly nodes = new Map<string, TreeNode>();
  readonly children = new Map<string, string[]>([[ROOT, []]]);
  readonly opened = new Set<string>();

  add(parent: string, node: TreeNode): void {
    this.nodes.set(node.id, node);
    const siblings = this.children.get(parent);
    if (siblings) siblings.push(node.id);
    else this.children.set(parent, [node.id]);
  }

  /** A row that can be opened, also while nothing is in it. */
  addFolder(parent: string, node: TreeNode, isOpen: boolean): void {
    this.add(parent, node);
    if (!this.children.has(node.id)) this.children.set(node.id, []);
    if (isOpen) this.opened.add(node.id);
  }

  note(parent: string, note: NoteNode): void {
    this.add(parent, { id: `${parent}/note`, ...note });
  }

  /** The items of a list, or a note on why there are none. True when there are some. */
  list<T>(
    parent: string,
    branch: Branch<T>,
    what: string,
    add: (item: T) => void,
    empty: NoteNode
  ): branch is Branch<T> & { items: readonly T[] } {
    const note = noteOf(branch, what);
    if (note) this.note(parent, note);
    else if (branch.items?.length === 0) this.note(parent, empty);
    branch.items?.forEach(add);
    return note === null;
  }

  isEmpty(parent: string): boolean {
    return (this.children.get(parent)?.length ?? 0) === 0;
  }

  /** Take out a row that nothing came into. */
  dropIfEmpty(parent: string, id: string): void {
    if (!this.isEmpty(id)) return;
    this.nodes.delete(id);
    this.children.delete(id);
    const siblings = this.children.get(parent);
    if (siblings?.at(-1) === id) siblings.pop();
  }
}
