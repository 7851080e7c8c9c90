import type { ReactElement } from 'react';

import { useMay } from '../../api/me';
import { Page } from '../../components/Page';
import { type Tab, Tabs } from '../../components/Tabs';
import { useHost } from '../../host/host';
import { usePageLocation } from '../location';
import { ClientView } from './client/ClientView';
import { ClientList } from './client/ClientList';
import { GroupList } from './group/GroupList';
import { GroupView } from './group/GroupView';

/** Who may call private endpoints: `/clients`, `/clients/{id}`, `/clients/groups/{id}`. */
export default function ClientsPage(): ReactElement {
  const [, first, second] = usePageLocation().parts;
  if (first === 'groups' && second !== undefined) return <GroupView key={second} id={second} />;
  if (first !== undefined && first !== 'groups') return <ClientView key={first} id={first} />;
  return <Lists open={first ?? 'clients'} />;
}

function Lists(props: { open: string }): ReactElement {
  const may = useMay();
  const host = useHost();
  const tabs: Tab[] = [];
  if (may('client', 'read')) {
    tabs.push({ name: 'clients', title: 'Clients', content: () => <ClientList /> });
  }
  if (may('group', 'read')) {
    tabs.push({ name: 'groups', title: 'Groups', content: () => <GroupList /> });
  }
  return (
    <Page
      title="Clients & groups"
      lead="Programs that call private endpoints, and sets of endpoints that they are given together."
    >
      <Tabs
        label="Clients and groups"
        tabs={tabs}
        open={props.open}
        onOpen={name => host.open(name === 'groups' ? '/clients/groups' : '/clients')}
      />
    </Page>
  );
}
