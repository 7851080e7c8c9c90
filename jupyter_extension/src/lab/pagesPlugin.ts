import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { pageOf, PAGES } from '../pages/pages';
import { labIcon } from './icons';
import { newNotebook } from './notebooks';
import { PageWidget } from './PageWidget';
import { CATEGORY, commands, type Dbapi, IDbapi } from './tokens';

type Opened = MainAreaWidget<PageWidget>;

/** The pages that the launcher offers; all others are in the palette and the sidebar. */
const LAUNCHED = ['/dashboard', '/endpoints', '/records'];

/** What a notebook for a new endpoint begins with. */
const FIRST_CELLS = [
  '%load_ext dbapi_jupyter',
  `%%dbapi sql GET my-endpoint
--| description: What this answers, for those who call it
SELECT 'Hello' AS greeting`
];

/** The pages of the main area: opened by command, launcher, palette and link. */
export const pagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'dbapi-jupyter:pages',
  description: 'Pages about endpoints, clients, users and traffic.',
  autoStart: true,
  requires: [IDbapi],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    dbapi: Dbapi,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const tracker = new WidgetTracker<Opened>({ namespace: 'dbapi-pages' });
    addOpenCommand(app, dbapi, tracker);
    addNotebookCommand(app);
    for (const page of PAGES) {
      const args = { location: page.path };
      palette?.addItem({ command: commands.openPage, category: CATEGORY, args });
    }
    palette?.addItem({ command: commands.newNotebook, category: CATEGORY });
    addCards(launcher);
    void restorer?.restore(tracker, {
      command: commands.openPage,
      args: widget => ({ location: widget.content.location }),
      name: widget => tabOf(widget.content.location)
    });
    openLinked(app);
  }
};

function addCards(launcher: ILauncher | null): void {
  LAUNCHED.forEach((location, rank) => {
    const args = { location };
    launcher?.add({ command: commands.openPage, category: CATEGORY, args, rank });
  });
  launcher?.add({ command: commands.newNotebook, category: CATEGORY, rank: LAUNCHED.length });
}

function addNotebookCommand(app: JupyterFrontEnd): void {
  app.commands.addCommand(commands.newNotebook, {
    label: 'New endpoint notebook',
    caption: 'A notebook with a first cell that becomes an endpoint',
    icon: labIcon('add'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => app.commands.hasCommand('notebook:create-new'),
    execute: () => newNotebook(app, FIRST_CELLS)
  });
}

function addOpenCommand(app: JupyterFrontEnd, dbapi: Dbapi, tracker: WidgetTracker<Opened>): void {
  app.commands.addCommand(commands.openPage, {
    label: args => pageOf(locationOf(args))?.title ?? 'Open a page of pyDBAPI',
    icon: args => {
      const page = pageOf(locationOf(args));
      return page && labIcon(page.icon);
    },
    describedBy: {
      args: {
        type: 'object',
        required: ['location'],
        properties: { location: { type: 'string', description: 'Where, such as /clients' } }
      }
    },
    execute: args => {
      const location = locationOf(args);
      const tab = tabOf(location);
      let widget = tracker.find(known => tabOf(known.content.location) === tab);
      if (!widget) {
        widget = createTab(dbapi, location, tab);
        app.shell.add(widget, 'main');
        void tracker.add(widget);
      } else if (widget.content.location !== location) {
        widget.content.location = location;
        void tracker.save(widget);
      }
      app.shell.activateById(widget.id);
      return widget;
    }
  });
}

function locationOf(args: ReadonlyPartialJSONObject): string {
  const { location } = args;
  return typeof location === 'string' ? location : '/dashboard';
}

function createTab(dbapi: Dbapi, location: string, tab: string): Opened {
  const widget = new MainAreaWidget({ content: new PageWidget(dbapi, location) });
  const page = pageOf(location);
  // It would be an empty line above the page.
  widget.toolbar.hide();
  widget.id = `dbapi-page-${tab}`;
  widget.content.title.label = page?.title ?? location;
  widget.title.closable = true;
  if (page) widget.title.icon = labIcon(page.icon);
  return widget;
}

/** Locations of one page share a tab, but each endpoint, client, … has one of its own. */
function tabOf(location: string): string {
  const [path = ''] = location.split('?');
  return path.split('/').filter(Boolean).slice(0, 2).join('-');
}

/** `…/lab?dbapi=/clients` opens that page when JupyterLab has started. */
function openLinked(app: JupyterFrontEnd): void {
  const address = new URL(window.location.href);
  const location = address.searchParams.get('dbapi');
  if (location === null) return;
  void app.restored.then(() => {
    address.searchParams.delete('dbapi');
    window.history.replaceState(null, '', address);
    return app.commands.execute(commands.openPage, { location });
  });
}
