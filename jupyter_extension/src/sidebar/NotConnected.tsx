import { type ReactElement, type ReactNode, useState } from 'react';

import { Button } from '../components/Button';
import { Icon } from '../components/icons';
import { Copy } from '../components/small';
import { Failed, Loading } from '../components/states';
import type { Status } from '../lab/server';
import type { Connection } from '../lab/session';
import type { SidebarHost } from './Sidebar';

const ENABLE = 'jupyter server extension enable dbapi_jupyter';

/** Why there is nothing to show, and what to do about it. */
export function NotConnected(props: SidebarHost & { connection: Connection }): ReactElement {
  const { status, failure } = props.connection;
  if (failure?.status === 404) return <ServerMissing {...props} />;
  if (failure) return <Failed error={failure} retry={retryOf(props)} />;
  if (!status) return <Loading what="the connection" />;
  return status.reachable ? (
    <LoggedOut status={status} logIn={props.logIn} />
  ) : (
    <Unreachable {...props} status={status} />
  );
}

function retryOf({ session }: SidebarHost): () => void {
  // What fails again is told by the session.
  return () => void session.refresh().catch(() => undefined);
}

function State(props: { title: string; children: ReactNode }): ReactElement {
  return (
    <div className="dbapi-State">
      <Icon name="endpoint" />
      <p className="dbapi-State-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** The Python half of the extension does not answer. */
function ServerMissing(props: SidebarHost): ReactElement {
  return (
    <State title="The server part is not enabled">
      <p>Run this where Jupyter is installed, then restart the Jupyter server:</p>
      <p className="dbapi-Sidebar-command">
        <code>{ENABLE}</code>
        <Copy text={ENABLE} label="Copy the command" />
      </p>
      <Again {...props} />
    </State>
  );
}

function LoggedOut(props: { status: Status; logIn: () => void }): ReactElement {
  const { status } = props;
  return (
    <State title="Not logged in">
      {status.message && <p>{status.message}</p>}
      {status.login_methods.length > 0 && (
        <Button look="accept" onClick={props.logIn}>
          Log in
        </Button>
      )}
    </State>
  );
}

function Unreachable(props: SidebarHost & { status: Status }): ReactElement {
  const { status } = props;
  return (
    <State title="The platform does not answer">
      {status.message && <p>{status.message}</p>}
      <Again {...props} />
      {status.login_methods.length > 0 && (
        <Button look="quiet" onClick={props.logIn}>
          Use another address
        </Button>
      )}
    </State>
  );
}

function Again({ session }: SidebarHost): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    setBusy(true);
    await session.refresh().catch(() => undefined);
    setBusy(false);
  };
  return (
    <Button icon="refresh" isBusy={isBusy} onClick={ask}>
      Try again
    </Button>
  );
}
