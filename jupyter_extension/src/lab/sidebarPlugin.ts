import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { labIcon } from './icons';
import { addNodeCommands, openNodeMenu } from './nodeCommands';
import { SidebarWidget } from './SidebarWidget';
import { CATEGORY, commands, type Dbapi, IDbapi } from './tokens';

/** The left sidebar: the connection, and what there is on the platform. */
export const sidebarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'dbapi-jupyter:sidebar',
  description: 'Shows datasources, endpoints, macros and pages.',
  autoStart: true,
  requires: [IDbapi],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    dbapi: Dbapi,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    addNodeCommands(app, dbapi);
    const sidebar = new SidebarWidget(dbapi, {
      session: dbapi.session,
      logIn: () => void app.commands.execute(commands.logIn),
      logOut: () => app.commands.execute(commands.logOut),
      openMenu: (node, place) => openNodeMenu(app, node, place)
    });
    app.shell.add(sidebar, 'left', { rank: 600 });
    restorer?.add(sidebar, 'dbapi-sidebar');
    app.commands.addCommand(commands.showSidebar, {
      label: 'Show the pyDBAPI sidebar',
      icon: labIcon('endpoint'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(sidebar.id)
    });
    palette?.addItem({ command: commands.showSidebar, category: CATEGORY });
  }
};
