import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import type { MeAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Problem } from '../components/states';
import type { Status } from '../lab/server';
import type { SidebarHost } from './Sidebar';

/** The connection that there is: who, where, and the way out. */
export function ConnectionHead(
  props: SidebarHost & { status: Status; user: MeAnswer }
): ReactElement {
  const { status, user } = props;
  const [error, setError] = useState<unknown>(null);
  // A token that was set where Jupyter was started is no login, and cannot be ended here.
  const isLogin = status.login_methods.length > 0;
  const logOut = async (): Promise<void> => {
    setError(null);
    await props.logOut().catch(setError);
  };
  return (
    <div className="dbapi-Sidebar-head">
      <div className="dbapi-Sidebar-who">
        <span className="dbapi-StateDot" data-state="live" />
        <span className="dbapi-Sidebar-names">
          <strong title={user.username}>{user.full_name ?? user.username}</strong>
          <span className="dbapi-Muted" title={status.url}>
            {shortUrl(status.url)}
          </span>
        </span>
        <Refresh session={props.session} />
        {isLogin && (
          <Button look="quiet" onClick={logOut}>
            Log out
          </Button>
        )}
      </div>
      <Problem error={error} />
      {!status.compatible && <Mismatch status={status} />}
    </div>
  );
}

function Refresh(props: Pick<SidebarHost, 'session'>): ReactElement {
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const refresh = async (): Promise<void> => {
    setBusy(true);
    // What fails is told by the session, and by the lists.
    await Promise.allSettled([props.session.refresh(), queries.invalidateQueries()]);
    setBusy(false);
  };
  return (
    <Button look="quiet" icon="refresh" aria-label="Refresh" isBusy={isBusy} onClick={refresh} />
  );
}

/** Two versions that may not fit: said calmly, and everything goes on. */
function Mismatch({ status }: { status: Status }): ReactElement {
  return (
    <p className="dbapi-Notice" role="note">
      {status.message ??
        `The platform is version ${status.platform_version ?? 'unknown'}, this extension ` +
          `${status.extension_version}. Most things work; upgrade the older one.`}
    </p>
  );
}

function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
