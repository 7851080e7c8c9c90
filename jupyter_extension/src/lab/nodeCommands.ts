import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Menu } from '@lumino/widgets';

import { asApiError } from '../api/errors';
import { mayOf } from '../api/me';
import { ACTIONS, type NodeAction } from '../sidebar/actions';
import type { TreeNode } from '../sidebar/nodes';
import type { MenuPlace } from '../sidebar/Tree';
import { showDialog } from './dialogs';
import { labIcon } from './icons';
import type { Dbapi } from './tokens';

const commandOf = (action: NodeAction): string => `dbapi:row-${action.id}`;

/** Everything that can be done with a row of the sidebar, as commands that take the row. */
export function addNodeCommands(app: JupyterFrontEnd, dbapi: Dbapi): void {
  const context = {
    ...dbapi,
    showDialog: (draw: Parameters<typeof showDialog>[1]) => showDialog(dbapi, draw)
  };
  const isAllowed = (action: NodeAction, args: ReadonlyPartialJSONObject): boolean => {
    const node = nodeOf(args);
    return node !== null && action.isFor(node, mayOf(dbapi.session.status?.user ?? undefined));
  };
  for (const action of ACTIONS) {
    app.commands.addCommand(commandOf(action), {
      label: action.label,
      icon: labIcon(action.icon),
      describedBy: {
        args: {
          type: 'object',
          required: ['node'],
          properties: { node: { type: 'object', description: 'A row of the sidebar' } }
        }
      },
      isVisible: args => isAllowed(action, args),
      isEnabled: args => isAllowed(action, args),
      execute: async args => {
        const node = nodeOf(args);
        if (!node) return;
        try {
          await action.run(node, context);
        } catch (reason) {
          Notification.error(asApiError(reason).message, { autoClose: 8000 });
        }
      }
    });
  }
}

function nodeOf(args: ReadonlyPartialJSONObject): TreeNode | null {
  const { node } = args;
  const isNode = typeof node === 'object' && node !== null && 'kind' in node;
  return isNode ? (node as unknown as TreeNode) : null;
}

/** A menu of a row's commands; the row gets the focus back. */
export function openNodeMenu(app: JupyterFrontEnd, node: TreeNode, place: MenuPlace): void {
  const menu = new Menu({ commands: app.commands });
  const args = { node: node as unknown as ReadonlyJSONObject };
  for (const action of ACTIONS) {
    if (action.beginsGroup) menu.addItem({ type: 'separator' });
    menu.addItem({ command: commandOf(action), args });
  }
  menu.aboutToClose.connect(() => {
    if (menu.node.contains(document.activeElement)) place.row.focus();
    setTimeout(() => menu.dispose());
  });
  menu.open(place.x, place.y);
  menu.activateNextItem();
}
