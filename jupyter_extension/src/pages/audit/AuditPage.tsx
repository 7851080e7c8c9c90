import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function AuditPage(): ReactElement {
  return <Page title="Audit">…</Page>;
}
