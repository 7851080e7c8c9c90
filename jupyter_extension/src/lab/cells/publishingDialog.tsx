import { lazy } from 'react';

import { showDialog } from '../dialogs';
import type { Dbapi } from '../tokens';
import type { Origin } from './publishing';

// It brings forms and differences, which nothing else needs when JupyterLab starts.
const PublishDialog = lazy(async () => ({
  default: (await import('../../publishing/PublishDialog')).PublishDialog
}));

/** Show what publishing a draft would change, and publish it from there. */
export function openPublishing(
  endpointId: string,
  provenance: Origin,
  dbapi: Dbapi,
  published: () => void
): void {
  showDialog(dbapi, close => (
    <PublishDialog
      endpointId={endpointId}
      provenance={provenance}
      onClose={close}
      onPublished={published}
    />
  ));
}
