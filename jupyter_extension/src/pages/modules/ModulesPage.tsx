import type { ReactElement } from 'react';

import { useMay } from '../../api/me';
import { Page } from '../../components/Page';
import { type Tab, Tabs } from '../../components/Tabs';
import { useHost } from '../../host/host';
import { usePageLocation } from '../location';
import { MacroList } from './macro/MacroList';
import { MacroView } from './macro/MacroView';
import { ModuleList } from './module/ModuleList';
import { ModuleView } from './module/ModuleView';

/** Folders of endpoints and shared pieces: `/modules`, `/modules/{id}`, `/modules/macros/{id}`. */
export default function ModulesPage(): ReactElement {
  const [, first, second] = usePageLocation().parts;
  if (first === 'macros' && second !== undefined) return <MacroView key={second} id={second} />;
  if (first !== undefined && first !== 'macros') return <ModuleView key={first} id={first} />;
  return <Lists open={first ?? 'modules'} />;
}

function Lists(props: { open: string }): ReactElement {
  const may = useMay();
  const host = useHost();
  const tabs: Tab[] = [];
  if (may('module', 'read')) {
    tabs.push({ name: 'modules', title: 'Modules', content: () => <ModuleList /> });
  }
  if (may('macro', 'read')) {
    tabs.push({ name: 'macros', title: 'Macros', content: () => <MacroList /> });
  }
  return (
    <Page
      title="Modules & macros"
      lead="Folders that endpoints are kept in, and pieces of SQL and Python that they share."
    >
      <Tabs
        label="Modules and macros"
        tabs={tabs}
        open={props.open}
        onOpen={name => host.open(name === 'macros' ? '/modules/macros' : '/modules')}
      />
    </Page>
  );
}
