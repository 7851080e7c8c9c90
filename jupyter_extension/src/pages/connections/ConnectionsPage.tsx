import type { ReactElement } from 'react';

import { usePageLocation } from '../location';
import { ConnectionList } from './ConnectionList';
import { ConnectionView } from './ConnectionView';

/** The databases that endpoints query: `/connections`, `/connections/{id}`. */
export default function ConnectionsPage(): ReactElement {
  const [, id] = usePageLocation().parts;
  return id === undefined ? <ConnectionList /> : <ConnectionView key={id} id={id} />;
}
