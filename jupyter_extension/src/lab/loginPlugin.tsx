import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { lazy } from 'react';

import { asApiError } from '../api/errors';
import { showDialog } from './dialogs';
import { CATEGORY, commands, type Dbapi, IDbapi } from './tokens';

const LoginDialog = lazy(() => import('../sidebar/LoginDialog'));
const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

/** Logging in and out, by command. */
export const loginPlugin: JupyterFrontEndPlugin<void> = {
  id: 'dbapi-jupyter:login',
  description: 'Logs in to the platform, and out.',
  autoStart: true,
  requires: [IDbapi],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, dbapi: Dbapi, palette: ICommandPalette | null): void => {
    const { session } = dbapi;
    app.commands.addCommand(commands.logIn, {
      label: 'Log in to pyDBAPI …',
      describedBy: NO_ARGS,
      execute: async () => {
        const status = await session.begin();
        showDialog(dbapi, close => (
          <LoginDialog
            status={status}
            logIn={credentials => session.logIn(credentials)}
            onClose={close}
          />
        ));
      }
    });
    app.commands.addCommand(commands.logOut, {
      label: 'Log out of pyDBAPI',
      describedBy: NO_ARGS,
      isEnabled: () => session.status?.user !== null,
      execute: async () => {
        try {
          const { message, user } = await session.logOut();
          if (user && message) Notification.warning(message, { autoClose: 8000 });
        } catch (reason) {
          Notification.error(asApiError(reason).message, { autoClose: 8000 });
        }
      }
    });
    session.changed.connect(() => app.commands.notifyCommandChanged(commands.logOut));
    for (const command of [commands.logIn, commands.logOut]) {
      palette?.addItem({ command, category: CATEGORY });
    }
  }
};
