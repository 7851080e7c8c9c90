import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { QueryClient } from '@tanstack/react-query';

import { createQueries } from '../api/context';
import { asApiError } from '../api/errors';
import { ME } from '../api/me';
import { labHost } from './labHost';
import { labNotebooks } from './notebooks';
import { Server } from './server';
import { Session } from './session';
import { type Dbapi, IDbapi } from './tokens';

/** The connection to the platform; all other plugins are built on it. Its id names the settings. */
export const platformPlugin: JupyterFrontEndPlugin<Dbapi> = {
  id: 'dbapi-jupyter:plugin',
  description: 'Holds the connection to the platform.',
  autoStart: true,
  provides: IDbapi,
  optional: [INotebookTracker, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    documents: IDocumentManager | null
  ): Dbapi => {
    const server = new Server();
    const session = new Session(server);
    const queries = createQueries();
    const warn = (message: string): void => {
      Notification.warning(message, { autoClose: 8000 });
    };
    const notebooks = tracker && documents && labNotebooks({ app, tracker, documents, warn });
    followUser(session, queries);
    sayMismatchOnce(session);
    return { api: server.api, queries, host: labHost(app, notebooks), session };
  }
};

/** What one user saw is not shown to the next, and a login that ended is noticed. */
export function followUser(session: Session, queries: QueryClient): void {
  // Undefined before the first answer: what was asked until then is nobody else's.
  let user: string | null | undefined;
  session.changed.connect((_, status) => {
    const now = status.user?.id ?? null;
    if (user !== undefined && user !== now) {
      queries.removeQueries({ type: 'inactive' });
      void queries.resetQueries();
    }
    user = now;
    if (status.user) queries.setQueryData(ME, status.user);
  });
  queries.getQueryCache().subscribe(event => {
    if (event.type !== 'updated' || event.action.type !== 'error') return;
    const isOut = asApiError(event.action.error).isLoggedOut;
    if (isOut && session.status?.user) void session.refresh().catch(() => undefined);
  });
}

function sayMismatchOnce(session: Session): void {
  let isSaid = false;
  session.changed.connect((_, status) => {
    if (isSaid || !status.reachable || status.compatible) return;
    isSaid = true;
    Notification.info(status.message ?? 'This extension and the platform are of two versions.', {
      autoClose: 10_000
    });
  });
}
