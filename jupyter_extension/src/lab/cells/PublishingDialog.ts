import type { Dbapi } from '../tokens';

/** Show what publishing a draft would change, where it can be published. */
export function openPublishing(endpointId: string, dbapi: Dbapi): void {
  dbapi.host.open(`/endpoints/${endpointId}`);
}
