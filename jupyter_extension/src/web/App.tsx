import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { ApiProvider, createQueries } from '../api/context';
import { asApiError } from '../api/errors';
import { useMe } from '../api/me';
import { Failed, Loading } from '../components/states';
import { HostProvider } from '../host/host';
import { PageView } from '../pages/PageView';
import { useBrowserHost, useLocation } from './browserHost';
import { Login } from './Login';
import { api } from './session';
import { Shell } from './Shell';

/** All pages in a plain browser. */
export function App(): ReactElement {
  const [queries] = useState(createQueries);
  const { host, message } = useBrowserHost();
  return (
    <ApiProvider api={api} queries={queries}>
      <HostProvider host={host}>
        <Gate />
        <div className="dbapi-Toast" role="status">
          {message}
        </div>
      </HostProvider>
    </ApiProvider>
  );
}

function nameWindow(title: string): void {
  document.title = `${title} · pyDBAPI`;
}

function Gate(): ReactElement {
  const me = useMe();
  const queries = useQueryClient();
  const location = useLocation();
  // A login that ended is noticed by whichever request meets it first.
  const isOut = me.isError && asApiError(me.error).isLoggedOut;
  if (isOut) return <Login onDone={() => void queries.resetQueries()} />;
  if (me.isError) return <Failed error={me.error} retry={() => void me.refetch()} />;
  if (!me.data) return <Loading what="pyDBAPI" />;
  return (
    <Shell location={location}>
      <PageView location={location} onTitle={nameWindow} />
    </Shell>
  );
}
