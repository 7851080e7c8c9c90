import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function FirewallPage(): ReactElement {
  return <Page title="Firewall">…</Page>;
}
