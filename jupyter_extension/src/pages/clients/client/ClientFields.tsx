import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { numberOrNull, textOrNull } from '../../../api/changes';
import { Field } from '../../../components/Form';

/** What people set of a client. */
export interface ClientValues {
  name: string;
  description: string | null;
  rate_limit_per_minute: number | null;
  max_concurrent: number | null;
  token_seconds: number | null;
}

/** What the fields are called. */
export const CLIENT_LABELS: Record<keyof ClientValues, string> = {
  name: 'Name',
  description: 'Description',
  rate_limit_per_minute: 'Requests a minute',
  max_concurrent: 'Requests at once',
  token_seconds: 'Token lifetime (s)'
};

/** The fields of a client, for a new one and for one that is changed. */
export function ClientFields({ form }: { form: UseFormReturn<ClientValues> }): ReactElement {
  const { register, formState } = form;
  const { errors } = formState;
  const number = { setValueAs: numberOrNull };
  return (
    <>
      <Field label={CLIENT_LABELS.name} error={errors.name}>
        <input {...register('name', { required: 'Give the client a name' })} />
      </Field>
      <Field label={CLIENT_LABELS.description} error={errors.description}>
        <textarea rows={2} {...register('description', { setValueAs: textOrNull })} />
      </Field>
      <div className="dbapi-Columns">
        <Field
          label={CLIENT_LABELS.rate_limit_per_minute}
          hint="Empty: no limit of its own"
          error={errors.rate_limit_per_minute}
        >
          <input type="number" min={1} {...register('rate_limit_per_minute', number)} />
        </Field>
        <Field
          label={CLIENT_LABELS.max_concurrent}
          hint="Empty: the platform’s limit"
          error={errors.max_concurrent}
        >
          <input type="number" min={1} {...register('max_concurrent', number)} />
        </Field>
        <Field
          label={CLIENT_LABELS.token_seconds}
          hint="60 to 86,400; empty: the platform’s"
          error={errors.token_seconds}
        >
          <input type="number" min={60} max={86400} {...register('token_seconds', number)} />
        </Field>
      </div>
    </>
  );
}
