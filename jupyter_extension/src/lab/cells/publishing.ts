import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { asApiError } from '../../api/errors';
import type { DraftIn } from '../../api/schema';
import { draftSaved } from '../../cell/kernelCode';
import { readCell } from '../../cell/parse';
import { CellProblem } from '../../cell/problem';
import { refreshPath } from '../../sidebar/refreshing';
import type { Dbapi } from '../tokens';
import { bodyOf } from './bodies';
import type { Knowledge } from './knowledge';
import type { OurCell } from './ourCell';

/** Where a cell stands, which a version of its endpoint remembers. */
export interface Origin {
  notebook: string;
  cell_id: string;
  git_commit: null;
}

export function originOf(cell: OurCell, panel: NotebookPanel): Origin {
  return { notebook: panel.context.path, cell_id: cell.id, git_commit: null };
}

/**
 * Save a cell as the draft, as running it does; answers the id of its endpoint.
 *
 * Null when it was refused: then the reason was said, and is underlined where it has a place.
 */
export async function saveDraft(
  cell: OurCell,
  panel: NotebookPanel,
  dbapi: Dbapi,
  knowledge: Knowledge
): Promise<string | null> {
  try {
    const read = readCell(cell.source);
    const body = read && (await bodyOf(read, cell.used, dbapi, knowledge));
    if (!body) return null;
    const answer = await dbapi.api.http.PUT('/api/v1/drafts', { body: body as unknown as DraftIn });
    tellKernel(panel, body, answer.response.headers.get('ETag'));
    await refreshPath(dbapi.queries, '/api/v1/endpoints');
    return answer.data?.id ?? null;
  } catch (error) {
    const { message, hint } = error instanceof CellProblem ? error : asApiError(error);
    const said = `The draft was not saved: ${message}${hint === null ? '' : `. ${hint}`}`;
    Notification.error(said, { autoClose: 10_000 });
    return null;
  } finally {
    cell.refresh();
  }
}

/** The magics would take the draft for somebody else's work, and not save over it. */
function tellKernel(panel: NotebookPanel, definition: unknown, tag: string | null): void {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel || tag === null) return;
  const code = draftSaved(definition, tag);
  kernel.requestExecute({ code, silent: true, store_history: false });
}
