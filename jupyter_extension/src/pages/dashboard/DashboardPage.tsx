import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function DashboardPage(): ReactElement {
  return <Page title="Dashboard">…</Page>;
}
