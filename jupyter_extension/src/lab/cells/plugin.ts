import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { refreshPath } from '../../sidebar/refreshing';
import { CATEGORY, cellCommands, commands, type Dbapi, IDbapi } from '../tokens';
import { CellCompleter } from './completer';
import { ourExtension } from './extension';
import { Feed } from './feed';
import { Knowledge } from './knowledge';
import { type OurCell, OurCells } from './ourCell';
import { CellSettings } from './settings';
import { addToolbarCommands, notifyToolbar } from './toolbar';

/** Cells that begin with `%%dbapi`: colours, completion, problems, badges, a toolbar. */
export const cellsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'dbapi-jupyter:cells',
  description: 'Helps to write %%dbapi cells.',
  autoStart: true,
  requires: [IDbapi, IEditorExtensionRegistry, INotebookTracker],
  optional: [ICompletionProviderManager, ISettingRegistry, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    dbapi: Dbapi,
    editors: IEditorExtensionRegistry,
    tracker: INotebookTracker,
    completers: ICompletionProviderManager | null,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null
  ): void => {
    const cells = new OurCells();
    const knowledge = new Knowledge(dbapi);
    const settings = new CellSettings(registry);
    const feed = new Feed(dbapi, settings);
    const logIn = (): void => void app.commands.execute(commands.logIn);
    const turned = (): void => notifyToolbar(app);
    const { session } = dbapi;
    const world = { cells, knowledge, settings, feed, dbapi, session, logIn, turned };
    editors.addExtension({
      name: 'dbapi-cells',
      factory: ({ inline, model }) =>
        inline ? EditorExtensionRegistry.createImmutableExtension(ourExtension(model, world)) : null
    });
    completers?.registerProvider(new CellCompleter(knowledge));
    const changed = (): void => {
      void refreshPath(dbapi.queries, '/api/v1/endpoints');
      feed.news();
    };
    const done = (cell: OurCell): void => {
      changed();
      cell.refresh();
    };
    addToolbarCommands({ app, dbapi, tracker, cells, knowledge, done });
    for (const command of Object.values(cellCommands))
      palette?.addItem({ command, category: CATEGORY });
    NotebookActions.executed.connect((_, { cell }) => {
      const ours = cells.get(cell.model.id);
      if (ours) done(ours);
      // `%dbapi publish` in a cell of its own.
      else if (/^\s*%dbapi\s/m.test(cell.model.sharedModel.getSource())) changed();
    });
    lookAgainWithNews(dbapi, cells, feed);
  }
};

/** Cells are coloured and checked by what was not known when they were opened. */
function lookAgainWithNews(dbapi: Dbapi, cells: OurCells, feed: Feed): void {
  dbapi.session.changed.connect(() => cells.refresh());
  let known = 'null';
  dbapi.queries.getQueryCache().subscribe(event => {
    const { query, type } = event;
    const [, path] = query.queryKey as unknown[];
    if (type !== 'updated') return;
    // A page has changed an endpoint: it may be that of a badge.
    if (event.action.type === 'invalidate' && path === '/api/v1/endpoints') feed.news();
    if (path !== '/api/v1/datasources') return;
    // What is kept, without asking: that would tell of an update again.
    const now = JSON.stringify(query.state.data ?? null);
    if (now === known) return;
    known = now;
    cells.refresh();
  });
}
