import type { ReactElement } from 'react';

import { useMe } from '../../../api/me';
import type { MeAnswer } from '../../../api/schema';
import { Facts, Page, Section } from '../../../components/Page';
import { Loaded } from '../../../components/states';
import { Password } from './Password';
import { Sessions } from './Sessions';
import { Tokens } from './Tokens';

/** One's own account: sessions, personal tokens, the password. For everybody. */
export default function AccountPage(): ReactElement {
  const me = useMe();
  return (
    <Page title="My account" lead="Where you are logged in, and what speaks for you.">
      <Loaded query={me} what="your account">
        {user => <About user={user} />}
      </Loaded>
      <Sessions />
      <Tokens />
      <Password />
    </Page>
  );
}

function About({ user }: { user: MeAnswer }): ReactElement {
  return (
    <Section title="About">
      <Facts
        facts={[
          ['User name', user.username],
          ['Full name', user.full_name],
          ['E-mail address', user.email],
          ['Roles', user.is_superuser ? 'Superuser: everything' : user.roles.join(', ') || 'none']
        ]}
      />
    </Section>
  );
}
