import { createRoot } from 'react-dom/client';

import { PublishDialog } from '../../publishing/PublishDialog';
import { surround } from '../PageWidget';
import type { Dbapi } from '../tokens';
import type { Origin } from './publishing';

/** Show what publishing a draft would change, and publish it from there. */
export function openPublishing(
  endpointId: string,
  provenance: Origin,
  dbapi: Dbapi,
  published: () => void
): void {
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  const close = (): void => {
    root.unmount();
    place.remove();
  };
  root.render(
    surround(
      dbapi,
      <PublishDialog
        endpointId={endpointId}
        provenance={provenance}
        onClose={close}
        onPublished={published}
      />
    )
  );
}
