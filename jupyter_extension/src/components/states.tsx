import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';

import { ApiError, asApiError } from '../api/errors';
import { Button } from './Button';
import { Icon, type IconName } from './icons';

/** Shown while the first answer is awaited; it appears only when that takes a moment. */
export function Loading(props: { what: string }): ReactElement {
  return (
    <div className="dbapi-State dbapi-Loading" role="status">
      <span className="dbapi-Spinner" aria-hidden="true" />
      Loading {props.what} …
    </div>
  );
}

/** Nothing is there yet: why, and what makes the first one. */
export function Empty(props: {
  title: string;
  icon?: IconName;
  children?: ReactNode;
}): ReactElement {
  return (
    <div className="dbapi-State dbapi-Empty">
      {props.icon && <Icon name={props.icon} />}
      <p className="dbapi-State-title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** The user may not see this: which permission is missing, and whom to ask. */
export function Forbidden(props: { message: string }): ReactElement {
  return (
    <div className="dbapi-State dbapi-Forbidden" role="alert">
      <Icon name="firewall" />
      <p className="dbapi-State-title">You may not see this</p>
      <p>{props.message}</p>
    </div>
  );
}

/** What went wrong, with the request's id for whoever has to find it, and another try. */
export function Failed(props: { error: unknown; retry?: () => void }): ReactElement {
  const error = asApiError(props.error);
  if (error.isForbidden) return <Forbidden message={error.message} />;
  return (
    <div className="dbapi-State dbapi-Failed" role="alert">
      <Icon name="alert" />
      <p className="dbapi-State-title">{error.message}</p>
      {error.hint && <p>{error.hint}</p>}
      {error.requestId && (
        <p className="dbapi-Muted">
          Request <code>{error.requestId}</code>
        </p>
      )}
      {props.retry && (
        <Button icon="refresh" onClick={props.retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** A short error beside what caused it. */
export function Problem(props: { error: unknown }): ReactElement | null {
  if (!props.error) return null;
  const error = asApiError(props.error);
  return (
    <p className="dbapi-Problem" role="alert">
      <Icon name="alert" /> {error.message}
      {error.details.length > 1 && (
        <span> ({error.details.map(detail => detail.message).join('; ')})</span>
      )}
      {error.hint && <span className="dbapi-Muted"> {error.hint}</span>}
    </p>
  );
}

/** What a query has to show: its data, or that it is loading, failed or refused. */
export function Loaded<T>(props: {
  query: UseQueryResult<T, unknown>;
  what: string;
  children: (data: NonNullable<T>) => ReactNode;
}): ReactElement {
  const { query } = props;
  if (query.data !== undefined && query.data !== null) {
    return (
      <>
        {query.isRefetchError && <Stale error={query.error} />}
        {props.children(query.data)}
      </>
    );
  }
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />;
  return <Loading what={props.what} />;
}

function Stale(props: { error: unknown }): ReactElement {
  const reason = props.error instanceof ApiError ? props.error.message : 'no answer';
  return (
    <p className="dbapi-Problem" role="alert">
      <Icon name="alert" /> What is shown may be old: {reason}
    </p>
  );
}
