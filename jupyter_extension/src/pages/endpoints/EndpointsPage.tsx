import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function EndpointsPage(): ReactElement {
  return <Page title="Endpoints">…</Page>;
}
