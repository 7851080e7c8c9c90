import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Problem } from '../../../components/states';
import { useHost } from '../../../host/host';
import { useRefreshEndpoints } from '../data';
import { Difference } from './Comparison';

/** Makes a stored version live, once it is clear what changes for callers. */
export function GoLiveDialog(props: {
  endpoint: EndpointAnswer;
  version: number;
  /** An older version than what is live. */
  isBack: boolean;
  onClose: () => void;
}): ReactElement {
  const { endpoint, version, isBack, onClose } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshEndpoints();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const goLive = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await http.POST('/api/v1/endpoints/{endpoint_id}/rollback', {
        params: { path: { endpoint_id: endpoint.id } },
        body: { version }
      });
      await refresh();
      host.notify(`Version ${version} of ${endpoint.method} ${endpoint.path} is live`);
      onClose();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  const name = `${endpoint.method} ${endpoint.path}`;
  const title = isBack ? `Roll ${name} back to version ${version}?` : `Publish version ${version}?`;
  return (
    <Dialog title={title} onClose={onClose} isWide>
      <p>
        {endpoint.live_version === null
          ? `${name} is offline; version ${version} answers calls from now on.`
          : `Version ${endpoint.live_version} is live; version ${version} takes its place at once.`}{' '}
        The draft stays as it is. Tests are not asked: they are about the draft.
      </p>
      {endpoint.live_version !== null && (
        <Difference endpoint={endpoint} from="live" to={String(version)} />
      )}
      <Problem error={error} />
      <footer className="dbapi-Dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button look={isBack ? 'warn' : 'accept'} isBusy={isBusy} onClick={goLive}>
          {isBack ? `Roll back to version ${version}` : `Publish version ${version}`}
        </Button>
      </footer>
    </Dialog>
  );
}
