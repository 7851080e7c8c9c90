import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function RecordsPage(): ReactElement {
  return <Page title="Access logs">…</Page>;
}
