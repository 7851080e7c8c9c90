import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';

import type { Host, Notebooks } from '../host/host';
import { commands } from './tokens';

/** JupyterLab around the pages: each is a tab of the main area. */
export function labHost(app: JupyterFrontEnd, notebooks: Notebooks | null): Host {
  return {
    open: location => void app.commands.execute(commands.openPage, { location }),
    href: location =>
      URLExt.join(PageConfig.getBaseUrl(), 'lab') + `?dbapi=${encodeURIComponent(location)}`,
    notify: message => Notification.success(message, { autoClose: 5000 }),
    notebooks
  };
}
