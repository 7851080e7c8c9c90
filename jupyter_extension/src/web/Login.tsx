import type { ReactElement } from 'react';

import { useApi } from '../api/context';
import { Field, Form } from '../components/Form';
import { Icon } from '../components/icons';

interface Credentials {
  username: string;
  password: string;
}

/** The way in for plain browsers. */
export function Login(props: { onDone: () => void }): ReactElement {
  const { http } = useApi();
  const logIn = async (credentials: Credentials): Promise<void> => {
    await http.POST('/api/v1/login/access-token', {
      body: credentials,
      bodySerializer: body => new URLSearchParams({ ...body } as Record<string, string>)
    });
    props.onDone();
  };
  return (
    <main className="dbapi-Login dbapi-Pages">
      <div className="dbapi-Card">
        <h1>
          <Icon name="endpoint" /> pyDBAPI
        </h1>
        <Form<Credentials> defaults={{ username: '', password: '' }} action="Log in" onSend={logIn}>
          {({ register }) => (
            <>
              <Field label="User name">
                <input {...register('username')} autoComplete="username" required />
              </Field>
              <Field label="Password">
                <input
                  {...register('password')}
                  type="password"
                  autoComplete="current-password"
                  required
                />
              </Field>
            </>
          )}
        </Form>
      </div>
    </main>
  );
}
