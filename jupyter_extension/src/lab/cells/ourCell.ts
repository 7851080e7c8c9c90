import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { ISharedCell } from '@jupyter/ydoc';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Check } from '../../cell/answers';
import { type Kind, MARKS } from '../../cell/kinds';
import { linesOf } from '../../cell/lines';
import { isOurs, kindOf, readMagic } from '../../cell/magic';
import { type Defaults, usedBefore } from '../../cell/parse';

/** The endpoint that a cell is about, by what its first line says now. */
export interface Subject {
  method: string;
  path: string;
}

/** A cell in a notebook that may be one of ours; what is known of it, told to all that show it. */
export class OurCell {
  private checked: Check | null = null;
  private readonly change = new Signal<this, void>(this);
  private readonly ask = new Signal<this, void>(this);

  constructor(readonly model: CodeEditor.IModel) {}

  /** Emitted when what is known of it has changed. */
  get changed(): ISignal<this, void> {
    return this.change;
  }

  /** Emitted when it should be looked at again though its text is the same. */
  get asked(): ISignal<this, void> {
    return this.ask;
  }

  get id(): string {
    return this.shared?.getId() ?? '';
  }

  get source(): string {
    return this.model.sharedModel.getSource();
  }

  /** Null while the cell is none of ours; kernels of other languages have no such cells. */
  get kind(): Kind | null {
    if (!/^text\/x-i?python$/.test(this.model.mimeType)) return null;
    const [first] = linesOf(this.source);
    return first && isOurs(first.text) ? kindOf(first.text) : null;
  }

  /** Null while its first line is not whole, and of macros. */
  get subject(): Subject | null {
    const [first] = linesOf(this.source);
    if (!this.kind || !first) return null;
    try {
      const { method, path } = readMagic(first);
      return method === null || path === null ? null : { method, path };
    } catch {
      return null;
    }
  }

  get check(): Check | null {
    return this.checked;
  }

  set check(check: Check | null) {
    this.checked = check;
    this.change.emit();
  }

  /** What the notebook has chosen in the cells before. */
  get used(): Defaults {
    const cells = this.shared?.notebook?.cells ?? [];
    const index = cells.findIndex(cell => cell.getId() === this.id);
    return usedBefore(cells.slice(0, Math.max(index, 0)).map(cell => cell.getSource()));
  }

  /** The same with what the header says, as far as it can be read. */
  get chosen(): Defaults {
    const said: Defaults = {};
    for (const { text } of linesOf(this.source)) {
      const mark = MARKS.find(each => text.startsWith(each));
      const [, key, value] =
        /^\s?(datasource|module):\s*['"]?([^\s'"#]+)/.exec(text.slice(mark?.length ?? 0)) ?? [];
      if (mark && (key === 'datasource' || key === 'module')) said[key] = value;
    }
    return { ...this.used, ...said };
  }

  /** Look again. */
  refresh(): void {
    this.ask.emit();
  }

  private get shared(): ISharedCell | null {
    const shared = this.model.sharedModel;
    return 'getId' in shared ? (shared as unknown as ISharedCell) : null;
  }
}

/** All cells that are in an editor now, by their ids. */
export class OurCells {
  private readonly cells = new Set<OurCell>();

  add(cell: OurCell): void {
    this.cells.add(cell);
  }

  remove(cell: OurCell): void {
    this.cells.delete(cell);
  }

  /** One by its id, when it is one of ours. */
  get(id: string | undefined): OurCell | null {
    for (const cell of this.cells) if (cell.id === id && cell.kind) return cell;
    return null;
  }

  refresh(): void {
    for (const cell of this.cells) cell.refresh();
  }
}
