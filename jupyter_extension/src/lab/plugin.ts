import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { createQueries } from '../api/context';
import { labHost } from './labHost';
import { Server } from './server';
import { Session } from './session';
import { type Dbapi, IDbapi } from './tokens';

/** The connection to the platform; all other plugins are built on it. */
export const platformPlugin: JupyterFrontEndPlugin<Dbapi> = {
  id: 'dbapi-jupyter:platform',
  description: 'Holds the connection to the platform.',
  autoStart: true,
  provides: IDbapi,
  activate: (app: JupyterFrontEnd): Dbapi => {
    const server = new Server();
    const session = new Session(server);
    const queries = createQueries();
    session.changed.connect((_, status) => {
      // What one user saw is not shown to the next.
      if (!status.user) queries.clear();
      else void queries.invalidateQueries();
    });
    void session.refresh();
    return { api: server.api, queries, host: labHost(app, null), session };
  }
};
