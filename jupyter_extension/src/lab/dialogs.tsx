import { ReactWidget } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { type ReactElement, Suspense } from 'react';

import { type Surroundings, surround } from './PageWidget';

/** Draws a dialog; `close` is for when it is done. */
export type DrawDialog = (close: () => void) => ReactElement;

/** Show one of our dialogs over JupyterLab, whatever is open. */
export function showDialog(around: Surroundings, draw: DrawDialog): void {
  const close = (): void => {
    // Not while React still handles the event that closes it.
    setTimeout(() => widget.dispose());
  };
  const widget = ReactWidget.create(
    surround(around, <Suspense fallback={null}>{draw(close)}</Suspense>)
  );
  widget.addClass('dbapi-DialogHost');
  Widget.attach(widget, document.body);
}
