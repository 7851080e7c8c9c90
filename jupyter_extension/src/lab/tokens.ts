import { Token } from '@lumino/coreutils';

import type { Surroundings } from './PageWidget';
import type { Session } from './session';

/** What our plugins share: who is logged in, and what their widgets need around them. */
export interface Dbapi extends Surroundings {
  session: Session;
}

export const IDbapi = new Token<Dbapi>(
  'dbapi-jupyter:IDbapi',
  'The platform, and who is logged in'
);

/** Commands of ours, by what they do. */
export const commands = {
  openPage: 'dbapi:open-page',
  logIn: 'dbapi:log-in',
  logOut: 'dbapi:log-out',
  showSidebar: 'dbapi:show-sidebar',
  newNotebook: 'dbapi:new-notebook'
} as const;

/** What our commands stand under in the palette and the launcher. */
export const CATEGORY = 'pyDBAPI';

/** Commands of the cell toolbar. */
export const cellCommands = {
  runWithForm: 'dbapi:run-cell-with-parameters',
  publish: 'dbapi:publish-cell',
  history: 'dbapi:open-cell-history',
  openEndpoint: 'dbapi:open-cell-endpoint'
} as const;
