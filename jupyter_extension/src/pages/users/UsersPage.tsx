import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function UsersPage(): ReactElement {
  return <Page title="Users &amp; roles">…</Page>;
}
