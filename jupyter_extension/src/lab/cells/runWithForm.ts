import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { LOAD_MAGICS } from '../../cell/kernelCode';
import { withForm } from '../../cell/withForm';

/** Run a cell as `--form` does; its answer is shown below it. */
export async function runWithForm(cell: CodeCell, panel: NotebookPanel): Promise<void> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) return;
  const { model, outputArea } = cell;
  const code = withForm(model.sharedModel.getSource());
  const content = { code, store_history: true, stop_on_error: true };
  // Whoever presses our button need not know that the magics have to be loaded first.
  kernel.requestExecute({ code: LOAD_MAGICS, silent: true, store_history: false });
  model.clearExecution();
  model.executionState = 'running';
  // The magics learn from the metadata which cell it is.
  const future = kernel.requestExecute(content, false, { cellId: model.id, recordTiming: false });
  outputArea.future = future;
  const reply = await future.done;
  model.executionCount = reply.content.execution_count;
  model.executionState = 'idle';
}
