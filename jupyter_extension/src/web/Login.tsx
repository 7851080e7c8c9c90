import { type ReactElement, useState } from 'react';

import { useApi } from '../api/context';
import type { MethodsAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Field, Form } from '../components/Form';
import { Icon } from '../components/icons';
import { Problem } from '../components/states';
import { Forgotten } from './Forgotten';

interface Credentials {
  username: string;
  password: string;
}

type Step = 'password' | 'code' | 'forgotten';

/** The ways in for plain browsers. */
export function Login(props: { onDone: () => void }): ReactElement {
  const [step, setStep] = useState<Step>('password');
  const [handle, setHandle] = useState('');
  const methods = useApi().query.useQuery('get', '/api/v1/login/methods').data;
  const back = (): void => setStep('password');
  const begun = (begunAs: string): void => {
    setHandle(begunAs);
    setStep('code');
  };
  return (
    <main className="dbapi-Login dbapi-Pages">
      <div className="dbapi-Card">
        <h1>
          <Icon name="endpoint" /> pyDBAPI
        </h1>
        {step === 'forgotten' && <Forgotten onBack={back} />}
        {step === 'code' && <Code handle={handle} onDone={props.onDone} onBack={back} />}
        {step === 'password' && (
          <>
            {methods?.password !== false && <Password onDone={props.onDone} />}
            <Others methods={methods} onBegun={begun} onForgotten={() => setStep('forgotten')} />
          </>
        )}
      </div>
    </main>
  );
}

function Password(props: { onDone: () => void }): ReactElement {
  const { http } = useApi();
  const logIn = async (credentials: Credentials): Promise<void> => {
    // The answer sets a cookie that no script reads; a token never comes here.
    await http.POST('/api/v1/login/page', { body: credentials });
    props.onDone();
  };
  return (
    <Form<Credentials> defaults={{ username: '', password: '' }} action="Log in" onSend={logIn}>
      {({ register }) => (
        <>
          <Field label="User name">
            <input
              {...register('username')}
              autoComplete="username"
              // There is nothing else on the page.
              // eslint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              required
            />
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
  );
}

function Others(props: {
  methods: MethodsAnswer | undefined;
  onBegun: (handle: string) => void;
  onForgotten: () => void;
}): ReactElement {
  const { http } = useApi();
  const [error, setError] = useState<unknown>(null);
  const begin = async (): Promise<void> => {
    try {
      const { data } = await http.POST('/api/v1/login/oidc');
      if (!data) return;
      window.open(data.authorization_url, '_blank', 'noopener');
      props.onBegun(data.handle);
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <div className="dbapi-Login-others">
      {props.methods?.oidc && (
        <Button icon="open" onClick={begin}>
          Log in with {props.methods.oidc.name}
        </Button>
      )}
      {props.methods?.password_recovery && (
        <Button look="quiet" onClick={props.onForgotten}>
          Forgot your password?
        </Button>
      )}
      <Problem error={error} />
    </div>
  );
}

// The provider's page is in another tab, and cannot speak to this one: the code is typed.
function Code(props: { handle: string; onDone: () => void; onBack: () => void }): ReactElement {
  const { http } = useApi();
  const finish = async ({ code }: { code: string }): Promise<void> => {
    await http.POST('/api/v1/login/page/oidc', {
      body: { handle: props.handle, code: code.trim() }
    });
    props.onDone();
  };
  return (
    <Form defaults={{ code: '' }} action="Log in" onSend={finish} onCancel={props.onBack}>
      {({ register }) => (
        <Field label="Code" hint="Log in in the tab that opened; it shows a code at the end.">
          <input {...register('code')} autoComplete="one-time-code" required />
        </Field>
      )}
    </Form>
  );
}
