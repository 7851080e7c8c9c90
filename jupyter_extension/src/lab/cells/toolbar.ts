import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CodeCell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { KindName } from '../../cell/kinds';
import type { IconName } from '../../components/icons';
import { labIcon } from '../icons';
import { cellCommands, type Dbapi } from '../tokens';
import type { Knowledge } from './knowledge';
import type { OurCell, OurCells } from './ourCell';
import { openPublishing } from './publishingDialog';
import { originOf, saveDraft } from './publishing';
import { runWithForm } from './runWithForm';

/** The active cell, when it is one of ours. */
interface Active {
  cell: OurCell;
  widget: CodeCell;
  panel: NotebookPanel;
}

/** What the commands of the cell toolbar need. */
export interface ToolbarWorld {
  app: JupyterFrontEnd;
  dbapi: Dbapi;
  tracker: INotebookTracker;
  cells: OurCells;
  knowledge: Knowledge;
  /** A cell has run, or what it holds was published. */
  done: (cell: OurCell) => void;
}

interface Command {
  id: string;
  label: string;
  icon: IconName;
  kinds: readonly KindName[];
  run: (active: Active, world: ToolbarWorld) => Promise<void>;
}

const COMMANDS: readonly Command[] = [
  {
    id: cellCommands.runWithForm,
    label: 'Run with parameters',
    icon: 'run',
    kinds: ['sql', 'script'],
    run: async ({ cell, widget, panel }, world) => {
      await runWithForm(widget, panel);
      world.done(cell);
    }
  },
  {
    id: cellCommands.publish,
    label: 'Publish…',
    icon: 'publish',
    kinds: ['sql', 'script', 'transform'],
    run: async ({ cell, panel }, world) => {
      const id = await saveDraft(cell, panel, world.dbapi, world.knowledge);
      if (id === null) return;
      openPublishing(id, originOf(cell, panel), world.dbapi, () => world.done(cell));
    }
  },
  {
    id: cellCommands.history,
    label: 'History',
    icon: 'history',
    kinds: ['sql', 'script', 'transform'],
    run: async ({ cell }, world) => open(cell, world, '/versions')
  },
  {
    id: cellCommands.openEndpoint,
    label: 'Open in catalogue',
    icon: 'open',
    kinds: ['sql', 'script', 'transform', 'test'],
    run: async ({ cell }, world) => open(cell, world, '')
  }
];

/** Add what the cell toolbar offers for cells of ours; the schema names these commands. */
export function addToolbarCommands(world: ToolbarWorld): void {
  const { commands } = world.app;
  for (const { id, label, icon, kinds, run } of COMMANDS) {
    const isFitting = (): boolean => {
      const kind = active(world)?.cell.kind?.name;
      return kind !== undefined && kinds.includes(kind);
    };
    commands.addCommand(id, {
      label,
      caption: label.replace('…', ''),
      icon: labIcon(icon),
      describedBy: { args: { type: 'object', properties: {} } },
      isVisible: isFitting,
      isEnabled: () => isFitting() && world.knowledge.isConnected,
      execute: async () => {
        const found = active(world);
        if (found) await run(found, world);
      }
    });
  }
  const look = (): void => {
    for (const { id } of COMMANDS) commands.notifyCommandChanged(id);
  };
  world.tracker.activeCellChanged.connect(look);
  world.dbapi.session.changed.connect(look);
}

/** Look again which commands the active cell has. */
export function notifyToolbar(app: JupyterFrontEnd): void {
  for (const { id } of COMMANDS) {
    if (app.commands.hasCommand(id)) app.commands.notifyCommandChanged(id);
  }
}

function active({ tracker, cells }: ToolbarWorld): Active | null {
  const widget = tracker.activeCell;
  const panel = tracker.currentWidget;
  if (!(widget instanceof CodeCell) || !panel) return null;
  const cell = cells.get(widget.model.id);
  return cell && { cell, widget, panel };
}

async function open(cell: OurCell, { dbapi, app }: ToolbarWorld, part: string): Promise<void> {
  const { subject } = cell;
  if (!subject) return;
  const { data } = await dbapi.api.http.GET('/api/v1/endpoints', { params: { query: subject } });
  const id = data?.items[0]?.id;
  if (id !== undefined) dbapi.host.open(`/endpoints/${id}${part}`);
  else
    await app.commands.execute('apputils:notify', {
      message: `${subject.method} ${subject.path} is not saved yet: run the cell`,
      type: 'info',
      options: { autoClose: 5000 }
    });
}
