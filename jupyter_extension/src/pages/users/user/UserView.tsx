import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { UserAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Facts, Page, Section } from '../../../components/Page';
import { Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { useRoles } from '../data';
import { UserActions } from './UserActions';
import { UserTags } from './UserTags';

const UP = { to: '/users', title: 'Users' };

/** One user: who they are, and what can be done about their account. */
export function UserView(props: { id: string }): ReactElement {
  const params = { params: { path: { user_id: props.id } } };
  const query = useApi().query.useQuery('get', '/api/v1/users/{user_id}', params);
  if (!query.data) {
    return (
      <Page title="User" up={UP}>
        <Loaded query={query} what="the user">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Shown user={query.data} />;
}

function Shown({ user }: { user: UserAnswer }): ReactElement {
  const may = useMay();
  return (
    <Page title={user.username} up={UP} lead={user.full_name} actions={<UserActions user={user} />}>
      <Section title="About">
        <Facts
          facts={[
            ['State', <UserTags key="state" user={user} />],
            ['E-mail address', user.email],
            ['Made', <Time key="made" at={user.created_at} />],
            ['Last login', <Time key="login" at={user.last_login_at} />]
          ]}
        />
      </Section>
      <Section title="Roles">
        <Roles names={user.roles} />
      </Section>
      {may('audit_entry', 'read') && (
        <p>
          <Link to={`/audit?actor=${encodeURIComponent(user.username)}`}>What they changed</Link>
        </p>
      )}
    </Page>
  );
}

function Roles(props: { names: readonly string[] }): ReactElement {
  const roles = useRoles();
  if (props.names.length === 0) {
    return <p className="dbapi-Muted">They have no role, and so may do nothing.</p>;
  }
  return (
    <ul className="dbapi-Links" aria-label="Roles">
      {props.names.map(name => {
        const role = roles.data?.items.find(one => one.name === name);
        return (
          <li key={name}>
            {role ? <Link to={`/users/roles/${role.id}`}>{name}</Link> : name}
            <span className="dbapi-Muted">{role?.description}</span>
          </li>
        );
      })}
    </ul>
  );
}
