import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import type { Extension, Text } from '@codemirror/state';
import { type EditorView, type PluginValue, ViewPlugin, type ViewUpdate } from '@codemirror/view';

import type { DraftIn } from '../../api/schema';
import type { Problem } from '../../cell/answers';
import { type Cell, readCell } from '../../cell/parse';
import { rangeOf } from '../../cell/positions';
import { CellProblem } from '../../cell/problem';
import type { Dbapi } from '../tokens';
import { bodyOf } from './bodies';
import type { Knowledge } from './knowledge';
import type { OurCell } from './ourCell';
import type { CellSettings } from './settings';

/** What checking a cell needs. */
export interface Checking {
  dbapi: Dbapi;
  knowledge: Knowledge;
  settings: CellSettings;
}

/** Asks the platform what is wrong with a cell, after typing, and underlines it. */
export function checking(cell: OurCell, around: Checking): Extension {
  return ViewPlugin.define(view => new Checker(view, cell, around));
}

class Checker implements PluginValue {
  private timer = 0;
  private request: AbortController | null = null;

  constructor(
    private readonly view: EditorView,
    private readonly cell: OurCell,
    private readonly around: Checking
  ) {
    cell.asked.connect(this.soon);
    this.soon();
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged) return;
    this.request?.abort();
    this.soon();
  }

  destroy(): void {
    window.clearTimeout(this.timer);
    this.request?.abort();
    this.cell.asked.disconnect(this.soon);
    this.cell.check = null;
  }

  private readonly soon = (): void => {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.run(), this.around.settings.checkDelay);
  };

  private async run(): Promise<void> {
    const { doc } = this.view.state;
    if (!this.around.knowledge.isConnected) {
      this.show(doc, []);
      this.cell.check = null;
      return;
    }
    // So that the first completion has something to offer.
    this.around.knowledge.known(this.cell.chosen);
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    const found = await this.find(doc, request.signal);
    if (!request.signal.aborted) this.show(doc, found);
  }

  /** What is wrong; nothing where nobody can tell. */
  private async find(doc: Text, signal: AbortSignal): Promise<Diagnostic[]> {
    const { dbapi, knowledge } = this.around;
    try {
      const cell = readCell(doc.toString());
      const body = cell && (await bodyOf(cell, this.cell.used, dbapi, knowledge));
      if (!cell || !body || signal.aborted) return [];
      const { data: check } = await dbapi.api.http.POST('/api/v1/drafts/check', {
        // The platform says what is wrong with it.
        body: body as unknown as DraftIn,
        signal
      });
      signal.throwIfAborted();
      this.cell.check = check ?? null;
      return (check?.problems ?? []).map(problem => underline(cell, problem));
    } catch (error) {
      if (signal.aborted) return [];
      this.cell.check = null;
      if (!(error instanceof CellProblem) || error.isUnfinished) return [];
      return [diagnostic(error, 'error', error.message, error.hint)];
    }
  }

  // An answer about an older text never paints over a newer one.
  private show(doc: Text, diagnostics: Diagnostic[]): void {
    if (!this.view.state.doc.eq(doc)) return;
    const { length } = doc;
    const within = diagnostics.map(each => ({
      ...each,
      from: Math.min(each.from, length),
      to: Math.min(each.to, length)
    }));
    this.view.dispatch(setDiagnostics(this.view.state, within));
  }
}

/** A problem as the editor shows it. */
export function underline(cell: Cell, problem: Problem): Diagnostic {
  return diagnostic(rangeOf(cell, problem), problem.severity, problem.message, problem.hint);
}

function diagnostic(
  { from, to }: { from: number; to: number },
  severity: Problem['severity'],
  message: string,
  hint: string | null
): Diagnostic {
  const renderMessage = (): Node => {
    const tip = document.createElement('div');
    tip.className = 'dbapi-CellProblem';
    tip.append(message);
    if (hint !== null) {
      const small = document.createElement('div');
      small.className = 'dbapi-CellProblem-hint';
      small.append(hint);
      tip.append(small);
    }
    return tip;
  };
  return {
    from,
    to,
    severity,
    message: hint === null ? message : `${message}. ${hint}`,
    renderMessage
  };
}
