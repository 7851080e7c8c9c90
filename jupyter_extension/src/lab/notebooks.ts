import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, Notebook, NotebookPanel } from '@jupyterlab/notebook';

import type { Notebooks, Origin } from '../host/host';

/** JupyterLab's own command; it answers the panel that it made. */
const CREATE = 'notebook:create-new';

interface Lab {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  documents: IDocumentManager;
  /** Say what could not be done. */
  warn: (message: string) => void;
}

/** What pages ask of the notebooks that are open in JupyterLab. */
export function labNotebooks(lab: Lab): Notebooks {
  const orWarn = (what: string, work: Promise<unknown>): void => {
    void work.catch((reason: unknown) => {
      lab.warn(`${what}: ${reason instanceof Error ? reason.message : String(reason)}`);
    });
  };
  return {
    insertCells: (...sources) =>
      orWarn('The cell could not be inserted', insertCells(lab, sources)),
    insertText: text => orWarn('The text could not be inserted', insertText(lab, text)),
    openCell: origin => orWarn(`${origin.notebook} could not be opened`, openCell(lab, origin))
  };
}

/** A new notebook with these cells. */
export async function newNotebook(
  app: JupyterFrontEnd,
  sources: readonly string[] = []
): Promise<NotebookPanel> {
  await app.serviceManager.kernelspecs.ready;
  // Without a name, JupyterLab would ask for the kernel.
  const kernelName = app.serviceManager.kernelspecs.specs?.default;
  const made: unknown = await app.commands.execute(CREATE, kernelName ? { kernelName } : {});
  const panel = made as NotebookPanel;
  await panel.context.ready;
  await panel.revealed;
  for (const source of sources) putCell(panel.content, source);
  return panel;
}

async function insertCells(lab: Lab, sources: readonly string[]): Promise<void> {
  const panel = lab.tracker.currentWidget ?? (await newNotebook(lab.app));
  await panel.context.ready;
  lab.app.shell.activateById(panel.id);
  for (const source of sources) putCell(panel.content, source);
}

/** Below the active cell, which becomes the new one; an empty one is filled. */
function putCell(notebook: Notebook, source: string): void {
  const cells = notebook.model?.sharedModel;
  if (!cells) throw new Error('the notebook is not loaded yet');
  const active = notebook.activeCell?.model;
  if (active?.type === 'code' && active.sharedModel.getSource().trim() === '') {
    active.sharedModel.setSource(source);
  } else {
    const index = notebook.activeCell ? notebook.activeCellIndex + 1 : cells.cells.length;
    cells.insertCell(index, { cell_type: 'code', source, metadata: { trusted: true } });
    notebook.activeCellIndex = index;
  }
  notebook.deselectAll();
  if (notebook.activeCell) void notebook.scrollToCell(notebook.activeCell);
}

async function insertText(lab: Lab, text: string): Promise<void> {
  const panel = lab.tracker.currentWidget;
  const cell = panel?.content.activeCell;
  if (!panel || cell?.model.type !== 'code' || !cell.editor) return insertCells(lab, [text]);
  lab.app.shell.activateById(panel.id);
  panel.content.mode = 'edit';
  cell.editor.replaceSelection?.(text);
  cell.editor.focus();
}

async function openCell(lab: Lab, origin: Origin): Promise<void> {
  const path = await findNotebook(lab.documents, origin.notebook);
  const panel = path && (lab.documents.openOrReveal(path) as NotebookPanel | undefined);
  if (!panel) {
    lab.warn(`${origin.notebook} is not among the files of this JupyterLab`);
    return;
  }
  await panel.context.ready;
  await panel.revealed;
  if (origin.cellId === null) return;
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === origin.cellId);
  const cell = notebook.widgets[index];
  if (!cell) {
    lab.warn(`The cell that this was published from is not in ${path} any more`);
    return;
  }
  notebook.activeCellIndex = index;
  await notebook.scrollToCell(cell, 'center');
}

/** The path may begin above the directory that this server shows, so its ends are tried too. */
async function findNotebook(documents: IDocumentManager, path: string): Promise<string | null> {
  const parts = path.split('/').filter(Boolean);
  for (let skipped = 0; skipped < parts.length; skipped++) {
    const end = parts.slice(skipped).join('/');
    const found = await documents.services.contents.get(end, { content: false }).then(
      model => model.type === 'notebook',
      () => false
    );
    if (found) return end;
  }
  return null;
}
