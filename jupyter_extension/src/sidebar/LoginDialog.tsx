import { type ReactElement, useRef, useState } from 'react';
import type { FieldErrors, UseFormRegister } from 'react-hook-form';

import { ApiError, asApiError } from '../api/errors';
import { Dialog } from '../components/Dialog';
import { Field, Form } from '../components/Form';
import type { Credentials, LoginMethod, Status } from '../lab/server';

interface Values {
  url: string;
  username: string;
  /** Never filled: what is typed stays in the field, and is taken out of it to be sent. */
  password: string;
  token: string;
}

const NAMES: Record<LoginMethod, string> = {
  password: 'Password',
  token: 'Token',
  jupyterhub: 'JupyterHub'
};

/** The way in: the secret goes to the Jupyter server, and is kept nowhere in the browser. */
export default function LoginDialog(props: {
  status: Status | null;
  logIn: (credentials: Credentials) => Promise<unknown>;
  onClose: () => void;
}): ReactElement {
  const { status } = props;
  const methods = status?.login_methods ?? ['password', 'token'];
  const [method, setMethod] = useState<LoginMethod>(methods[0] ?? 'password');
  const secret = useRef<HTMLInputElement>(null);
  const send = async ({ url, username }: Values): Promise<void> => {
    const typed = secret.current?.value ?? '';
    if (secret.current) secret.current.value = '';
    try {
      await props.logIn(credentialsOf(method, url.trim(), username, typed));
    } catch (reason) {
      throw besideField(asApiError(reason), method);
    }
    props.onClose();
  };
  return (
    <Dialog title="Log in to pyDBAPI" onClose={props.onClose}>
      {methods.length > 1 && <Methods methods={methods} chosen={method} onChoose={setMethod} />}
      <Form<Values>
        key={method}
        defaults={{ url: status?.url ?? '', username: '', password: '', token: '' }}
        action="Log in"
        onSend={send}
        onCancel={props.onClose}
      >
        {({ register, formState: { errors } }) => (
          <>
            <Field label="Address of the platform" error={errors.url}>
              <input {...register('url')} type="url" autoComplete="url" />
            </Field>
            <Secrets method={method} register={register} errors={errors} secret={secret} />
          </>
        )}
      </Form>
    </Dialog>
  );
}

function Methods(props: {
  methods: readonly LoginMethod[];
  chosen: LoginMethod;
  onChoose: (method: LoginMethod) => void;
}): ReactElement {
  return (
    <fieldset className="dbapi-LoginMethods">
      <legend className="dbapi-Hidden">How to log in</legend>
      {props.methods.map(method => (
        <label key={method}>
          <input
            type="radio"
            name="dbapi-login-method"
            checked={method === props.chosen}
            onChange={() => props.onChoose(method)}
          />
          <span>{NAMES[method]}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Secrets(props: {
  method: LoginMethod;
  register: UseFormRegister<Values>;
  errors: FieldErrors<Values>;
  secret: React.RefObject<HTMLInputElement | null>;
}): ReactElement {
  const { method, register, errors } = props;
  // No value of React's or the form's: it would be kept there.
  const input = { ref: props.secret as React.RefObject<HTMLInputElement>, type: 'password' };
  if (method === 'jupyterhub') {
    return <p>You are logged in as who you are in JupyterHub. Nothing else is needed.</p>;
  }
  if (method === 'token') {
    return (
      <Field
        label="Token"
        hint="A personal access token: it begins with dbapi_pat_"
        error={errors.token}
      >
        <input {...input} autoComplete="off" />
      </Field>
    );
  }
  return (
    <>
      <Field label="User name" error={errors.username}>
        <input {...register('username')} autoComplete="username" />
      </Field>
      <Field label="Password" error={errors.password}>
        <input {...input} autoComplete="current-password" />
      </Field>
    </>
  );
}

function credentialsOf(
  method: LoginMethod,
  address: string,
  username: string,
  secret: string
): Credentials {
  const url = address === '' ? {} : { url: address };
  if (method === 'jupyterhub') return { ...url, method };
  return method === 'token' ? { ...url, token: secret } : { ...url, username, password: secret };
}

/** What was refused names no field where it would tell too much: it is told beside the secret. */
function besideField(error: ApiError, method: LoginMethod): ApiError {
  if (error.details.length > 0) return error;
  const field =
    error.code === 'platform_unreachable'
      ? 'url'
      : error.isLoggedOut && method !== 'jupyterhub'
        ? method
        : null;
  if (!field) return error;
  const { status, code, message, hint, requestId } = error;
  const told = hint ? `${message}. ${hint}` : message;
  const detail = { field, message: told, hint, line: null, column: null };
  return new ApiError(status, code, message, [detail], requestId, hint);
}
