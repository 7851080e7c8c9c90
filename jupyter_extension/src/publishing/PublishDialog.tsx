import { type ReactElement, useState } from 'react';

import type { ProvenanceIn, PublishedAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Dialog } from '../components/Dialog';
import { Failed, Loading } from '../components/states';
import { Published } from './Published';
import { PublishForm } from './PublishForm';
import { usePublishing } from './usePublishing';

export interface PublishDialogProps {
  endpointId: string;
  onClose: () => void;
  /** Called when something became live, while the dialog still tells of it. */
  onPublished: (published: PublishedAnswer) => void;
  /** Where the draft was written, when a notebook knows. */
  provenance?: ProvenanceIn;
}

/** Shows what publishing a draft changes and for whom, asks the tests, and publishes. */
export function PublishDialog(props: PublishDialogProps): ReactElement {
  const { endpointId, onClose, provenance } = props;
  const seen = usePublishing(endpointId);
  const [message, setMessage] = useState('');
  const [published, setPublished] = useState<PublishedAnswer | null>(null);
  const done = (answer: PublishedAnswer): void => {
    setPublished(answer);
    props.onPublished(answer);
  };
  const name = seen.data ? `${seen.data.method} ${seen.data.path}` : 'the endpoint';
  if (published) {
    return (
      <Dialog title={`${name} is live`} onClose={onClose} isWide>
        <Published published={published} onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={`Publish ${name}`} onClose={onClose} isWide>
      {seen.isError ? (
        <Failed error={seen.error} retry={() => void seen.refetch()} />
      ) : !seen.data || seen.isRefetching ? (
        <Loading what="what would change" />
      ) : seen.data.plan.changes ? (
        <PublishForm
          // What was seen anew is ticked anew; the message stays.
          key={seen.dataUpdatedAt}
          message={message}
          onMessage={setMessage}
          endpointId={endpointId}
          seen={seen.data}
          provenance={provenance}
          onClose={onClose}
          onPublished={done}
          onLookAgain={() => void seen.refetch()}
        />
      ) : (
        <Unchanged version={seen.data.plan.live_version} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Unchanged(props: { version: number | null; onClose: () => void }): ReactElement {
  return (
    <>
      <p>
        There is nothing to publish: the draft is the same as version {props.version}, which is
        live.
      </p>
      <footer className="dbapi-Dialog-foot">
        <Button onClick={props.onClose}>Close</Button>
      </footer>
    </>
  );
}
