import type { ReactElement } from 'react';

import { Page } from '../../components/Page';

export default function ModulesPage(): ReactElement {
  return <Page title="Modules &amp; macros">…</Page>;
}
