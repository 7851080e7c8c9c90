import {
  type Completer,
  CompleterModel,
  type CompletionHandler,
  type ICompletionContext,
  type ICompletionProvider
} from '@jupyterlab/completer';

import { complete } from '../../cell/completion/complete';
import { pointsOf, unitsOf } from '../../cell/lines';
import type { Knowledge } from './knowledge';
import { OurCell } from './ourCell';

/** What may be inserted, marked as ours among what others offer. */
interface CellItem extends CompletionHandler.ICompletionItem {
  isOfCell: true;
}

/** Completes cells of ours, from what is known already. */
export class CellCompleter implements ICompletionProvider<CellItem> {
  readonly identifier = 'dbapi-jupyter:cells';
  // Before the kernel's, which knows less of the platform.
  readonly rank = 1000;

  constructor(private readonly knowledge: Knowledge) {}

  isApplicable(context: ICompletionContext): Promise<boolean> {
    const { editor } = context;
    return Promise.resolve(Boolean(editor && new OurCell(editor.model).kind));
  }

  fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext
  ): Promise<CompletionHandler.ICompletionItemsReply<CellItem>> {
    const { text } = request;
    const nothing = { start: request.offset, end: request.offset, items: [] };
    if (!context.editor) return Promise.resolve(nothing);
    const known = this.knowledge.known(new OurCell(context.editor.model).chosen);
    const found = complete(text, unitsOf(text, request.offset), known);
    if (!found) return Promise.resolve(nothing);
    return Promise.resolve({
      start: pointsOf(text.slice(0, found.from)),
      end: pointsOf(text.slice(0, found.to)),
      items: found.items.map(({ label, insert, type, info }) => ({
        label,
        type,
        isOfCell: true,
        ...(insert === undefined ? {} : { insertText: insert }),
        ...(info === undefined ? {} : { documentation: info })
      }))
    });
  }

  modelFactory(context: ICompletionContext): Promise<Completer.IModel> {
    return Promise.resolve(new CellModel(context));
  }
}

/** In SQL, what the kernel and JupyterLab guess from Python and from tokens is not shown. */
class CellModel extends CompleterModel {
  constructor(private readonly context: ICompletionContext) {
    super();
  }

  override setCompletionItems(items: CompletionHandler.ICompletionItems): void {
    const { editor } = this.context;
    const isSql = editor && new OurCell(editor.model).kind?.language === 'sql';
    super.setCompletionItems(isSql ? items.filter(item => 'isOfCell' in item) : items);
  }
}
