import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function ClientsPage(): ReactElement {
  return <Page title="Clients &amp; groups">…</Page>;
}
