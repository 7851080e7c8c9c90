import { useCallback, useSyncExternalStore } from 'react';

import type { Connection, Session } from '../lab/session';

/** What is known of the connection, kept up to date. */
export function useConnection(session: Session): Connection {
  const subscribe = useCallback(
    (changed: () => void) => {
      session.connectionChanged.connect(changed);
      return () => void session.connectionChanged.disconnect(changed);
    },
    [session]
  );
  return useSyncExternalStore(subscribe, () => session.connection);
}
