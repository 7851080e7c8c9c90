import type { Dbapi } from '../tokens';
import type { Origin } from './publishing';

/** Show what publishing a draft would change, where it can be published. */
export function openPublishing(
  endpointId: string,
  _origin: Origin,
  dbapi: Dbapi,
  _published: () => void
): void {
  dbapi.host.open(`/endpoints/${endpointId}`);
}
