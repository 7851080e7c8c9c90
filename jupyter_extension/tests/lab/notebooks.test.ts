import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { expect, test, vi } from 'vitest';

import { labNotebooks } from '../../src/lab/notebooks';

interface FakeCell {
  id: string;
  source: string;
}

/** A notebook of code cells, with as much of JupyterLab's as is used. */
function fakePanel(cells: FakeCell[]) {
  const notebook = {
    activeCellIndex: 0,
    mode: 'command',
    model: {
      sharedModel: {
        cells,
        insertCell: (index: number, { source }: { source: string }) =>
          cells.splice(index, 0, { id: `new-${index}`, source })
      }
    },
    get widgets() {
      return cells.map(cell => ({
        model: {
          id: cell.id,
          type: 'code',
          sharedModel: {
            getSource: () => cell.source,
            setSource: (source: string) => (cell.source = source)
          }
        },
        editor: { replaceSelection: (text: string) => (cell.source += text), focus: vi.fn() }
      }));
    },
    get activeCell() {
      return this.widgets[this.activeCellIndex];
    },
    deselectAll: vi.fn(),
    scrollToCell: vi.fn(() => Promise.resolve())
  };
  const context = { ready: Promise.resolve() };
  return { id: 'panel', content: notebook, context, revealed: Promise.resolve() };
}

function world(current: ReturnType<typeof fakePanel> | null, files: readonly string[] = []) {
  const made = fakePanel([{ id: 'first', source: '' }]);
  const execute = vi.fn(() => Promise.resolve(made));
  const warned: string[] = [];
  const opened: string[] = [];
  const app = {
    commands: { execute },
    shell: { activateById: vi.fn() },
    serviceManager: { kernelspecs: { ready: Promise.resolve(), specs: { default: 'python3' } } }
  } as unknown as JupyterFrontEnd;
  const get = (path: string) =>
    files.includes(path) ? Promise.resolve({ type: 'notebook' }) : Promise.reject(new Error('404'));
  const documents = {
    services: { contents: { get } },
    openOrReveal: (path: string) => {
      opened.push(path);
      return current ?? made;
    }
  } as unknown as IDocumentManager;
  const tracker = { currentWidget: current } as unknown as INotebookTracker;
  const warn = (message: string) => warned.push(message);
  return {
    notebooks: labNotebooks({ app, tracker, documents, warn }),
    made,
    execute,
    warned,
    opened
  };
}

const sources = (panel: ReturnType<typeof fakePanel>): string[] =>
  panel.content.model.sharedModel.cells.map(cell => cell.source);

test('a cell is put below the active one, and becomes it', async () => {
  const panel = fakePanel([
    { id: 'a', source: 'x = 1' },
    { id: 'b', source: 'y = 2' }
  ]);
  world(panel).notebooks.insertCells('SELECT 1');
  await vi.waitFor(() => expect(sources(panel)).toEqual(['x = 1', 'SELECT 1', 'y = 2']));
  expect(panel.content.activeCellIndex).toBe(1);
});

test('an active cell that is empty is filled', async () => {
  const panel = fakePanel([{ id: 'a', source: '' }]);
  world(panel).notebooks.insertCells('SELECT 1');
  await vi.waitFor(() => expect(sources(panel)).toEqual(['SELECT 1']));
});

test('without a notebook a new one is made, with the usual kernel', async () => {
  const { notebooks, made, execute } = world(null);
  notebooks.insertCells('SELECT 1');
  await vi.waitFor(() => expect(sources(made)).toEqual(['SELECT 1']));
  expect(execute).toHaveBeenCalledWith('notebook:create-new', { kernelName: 'python3' });
});

test('several cells are put into one new notebook, in their order', async () => {
  const { notebooks, made, execute } = world(null);
  notebooks.insertCells('SELECT 1', 'def transform(result): ...');
  await vi.waitFor(() => expect(sources(made)).toEqual(['SELECT 1', 'def transform(result): ...']));
  expect(execute).toHaveBeenCalledTimes(1);
});

test('text goes where the cursor is', async () => {
  const panel = fakePanel([{ id: 'a', source: 'SELECT ' }]);
  world(panel).notebooks.insertText('customer_id');
  await vi.waitFor(() => expect(sources(panel)).toEqual(['SELECT customer_id']));
  expect(panel.content.mode).toBe('edit');
});

test('a notebook is opened at the cell that something was published from', async () => {
  const panel = fakePanel([
    { id: 'a', source: '' },
    { id: 'b', source: '' }
  ]);
  const { notebooks, opened } = world(panel, ['reports/sales.ipynb']);
  // Published with the path from the repository's root, which is above the server's.
  notebooks.openCell({ notebook: 'work/reports/sales.ipynb', cellId: 'b' });
  await vi.waitFor(() => expect(panel.content.activeCellIndex).toBe(1));
  expect(opened).toEqual(['reports/sales.ipynb']);
});

test('a cell that is not there any more is told', async () => {
  const panel = fakePanel([{ id: 'a', source: '' }]);
  const { notebooks, warned } = world(panel, ['sales.ipynb']);
  notebooks.openCell({ notebook: 'sales.ipynb', cellId: 'gone' });
  await vi.waitFor(() => expect(warned.join()).toMatch(/not in sales.ipynb any more/));
});

test('a notebook that is not among the files is told', async () => {
  const { notebooks, warned, opened } = world(null);
  notebooks.openCell({ notebook: 'sales.ipynb', cellId: 'a' });
  await vi.waitFor(() => expect(warned.join()).toMatch(/not among the files/));
  expect(opened).toEqual([]);
});
