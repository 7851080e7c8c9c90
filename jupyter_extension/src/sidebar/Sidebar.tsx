import type { ReactElement } from 'react';

import { useMe } from '../api/me';
import { Loaded } from '../components/states';
import type { Session } from '../lab/session';
import type { TreeNode } from './nodes';
import { ConnectionHead } from './ConnectionHead';
import { NotConnected } from './NotConnected';
import { Resources } from './Resources';
import type { MenuPlace } from './Tree';
import { useConnection } from './useConnection';

/** What JupyterLab does for the sidebar. */
export interface SidebarHost {
  session: Session;
  logIn: () => void;
  logOut: () => Promise<unknown>;
  /** A menu of what can be done with a row. */
  openMenu: (node: TreeNode, place: MenuPlace) => void;
}

/** The sidebar: who is connected to what, and what there is. */
export function Sidebar(props: SidebarHost): ReactElement {
  const connection = useConnection(props.session);
  return (
    <div className="dbapi-Sidebar dbapi-Pages">
      {connection.status?.user && !connection.failure ? (
        <>
          <ConnectionHead {...props} status={connection.status} user={connection.status.user} />
          <Allowed openMenu={props.openMenu} />
        </>
      ) : (
        <NotConnected {...props} connection={connection} />
      )}
    </div>
  );
}

function Allowed(props: Pick<SidebarHost, 'openMenu'>): ReactElement {
  const me = useMe();
  return (
    <Loaded query={me} what="your account">
      {() => <Resources openMenu={props.openMenu} />}
    </Loaded>
  );
}
