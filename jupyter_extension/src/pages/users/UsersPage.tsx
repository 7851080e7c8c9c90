import type { ReactElement } from 'react';

import { useMay } from '../../api/me';
import { Page } from '../../components/Page';
import { type Tab, Tabs } from '../../components/Tabs';
import { useHost } from '../../host/host';
import { usePageLocation } from '../location';
import { RoleList } from './role/RoleList';
import { RoleView } from './role/RoleView';
import { UserList } from './user/UserList';
import { UserView } from './user/UserView';

/** Who may do what in the management: `/users`, `/users/{id}`, `/users/roles/{id}`. */
export default function UsersPage(): ReactElement {
  const [, first, second] = usePageLocation().parts;
  if (first === 'roles' && second !== undefined) return <RoleView key={second} id={second} />;
  if (first !== undefined && first !== 'roles') return <UserView key={first} id={first} />;
  return <Lists open={first ?? 'users'} />;
}

function Lists(props: { open: string }): ReactElement {
  const may = useMay();
  const host = useHost();
  const tabs: Tab[] = [];
  if (may('user', 'read')) {
    tabs.push({ name: 'users', title: 'Users', content: () => <UserList /> });
  }
  if (may('role', 'read')) {
    tabs.push({ name: 'roles', title: 'Roles', content: () => <RoleList /> });
  }
  return (
    <Page
      title="Users & roles"
      lead="People who make and administer endpoints. What they may do is what their roles hold."
    >
      <Tabs
        label="Users and roles"
        tabs={tabs}
        open={props.open}
        onOpen={name => host.open(name === 'roles' ? '/users/roles' : '/users')}
      />
    </Page>
  );
}
