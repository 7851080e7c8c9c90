import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function ConnectionsPage(): ReactElement {
  return <Page title="Connections">…</Page>;
}
