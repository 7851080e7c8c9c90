import type { ReactElement } from 'react';

import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { useHost } from '../../../host/host';
import { PublishDialog } from '../../../publishing/PublishDialog';
import { type MayHere, useRefreshEndpoints } from '../data';
import { CopyDialog } from './CopyDialog';
import { DeleteDialog, UnpublishDialog } from './ending';
import { MoveDialog } from './MoveDialog';

/** What is asked for: each opens a dialog. */
export type Asked = 'publish' | 'unpublish' | 'copy' | 'move' | 'delete';

/** What the user may do to the endpoint. */
export function EndpointActions(props: {
  endpoint: EndpointAnswer;
  may: MayHere;
  onAsk: (asked: Asked) => void;
}): ReactElement {
  const { endpoint, may, onAsk } = props;
  const mayMake = useMay()('endpoint', 'create');
  const isLive = endpoint.live_version !== null;
  return (
    <>
      {mayMake && (
        <Button icon="copy" onClick={() => onAsk('copy')}>
          Copy to…
        </Button>
      )}
      {may('update') && (
        <Button icon="module" onClick={() => onAsk('move')}>
          Move…
        </Button>
      )}
      {may('publish') && isLive && <Button onClick={() => onAsk('unpublish')}>Unpublish…</Button>}
      {may('delete') && (
        <Button icon="remove" onClick={() => onAsk('delete')}>
          Delete…
        </Button>
      )}
      {may('publish') && (
        <Button look="accept" icon="publish" onClick={() => onAsk('publish')}>
          Publish…
        </Button>
      )}
    </>
  );
}

/** The dialog that was asked for. */
export function EndpointDialogs(props: {
  asked: Asked;
  endpoint: EndpointAnswer;
  onClose: () => void;
}): ReactElement {
  const { asked, endpoint, onClose } = props;
  const host = useHost();
  const refresh = useRefreshEndpoints();
  const changed = async (message: string): Promise<void> => {
    await refresh();
    host.notify(message);
  };
  const common = { endpoint, onClose, onDone: changed };
  if (asked === 'publish') {
    return (
      <PublishDialog
        endpointId={endpoint.id}
        onClose={onClose}
        onPublished={() => void refresh()}
      />
    );
  }
  if (asked === 'unpublish') return <UnpublishDialog {...common} />;
  if (asked === 'copy') return <CopyDialog {...common} />;
  return asked === 'move' ? <MoveDialog {...common} /> : <DeleteDialog {...common} />;
}
