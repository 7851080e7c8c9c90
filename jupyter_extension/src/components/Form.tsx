import type { FormEvent, ReactElement, ReactNode } from 'react';
import {
  type DefaultValues,
  type FieldError,
  type FieldValues,
  type Path,
  useForm,
  type UseFormReturn
} from 'react-hook-form';

import { asApiError } from '../api/errors';
import { Button } from './Button';
import { Problem } from './states';

/** A form that sends what it holds; the platform's refusals stand beside the fields they name. */
export function Form<T extends FieldValues>(props: {
  defaults: DefaultValues<T>;
  /** What the button does, as a verb. */
  action: string;
  onSend: (values: T) => Promise<unknown>;
  onCancel?: () => void;
  children: (form: UseFormReturn<T>) => ReactNode;
}): ReactElement {
  const form = useForm<T>({ defaultValues: props.defaults });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async values => {
    try {
      await props.onSend(values);
    } catch (reason) {
      showErrors(form, reason);
    }
  });
  const send = (event: FormEvent): void => {
    // What was refused before is for the platform to say again: it would keep the form from sending.
    form.clearErrors();
    void submit(event);
  };
  return (
    <form className="dbapi-Form" onSubmit={send} noValidate>
      {props.children(form)}
      <Problem error={errors.root?.message && new Error(errors.root.message)} />
      <footer className="dbapi-Dialog-foot">
        {props.onCancel && <Button onClick={props.onCancel}>Cancel</Button>}
        <Button type="submit" look="accept" isBusy={isSubmitting}>
          {props.action}
        </Button>
      </footer>
    </form>
  );
}

/** Put a refusal beside the fields that it names, or else below all of them. */
export function showErrors<T extends FieldValues>(form: UseFormReturn<T>, reason: unknown): void {
  const error = asApiError(reason);
  const known = new Set(Object.keys(form.getValues()));
  const told = error.details.filter(detail => detail.field !== null && known.has(detail.field));
  for (const detail of told) {
    const line = detail.line === null ? '' : `Line ${detail.line}: `;
    form.setError(detail.field as Path<T>, { message: line + detail.message });
  }
  if (told.length === 0) form.setError('root', { message: error.message });
}

/** A field with its name, its hint and what is wrong with it. */
export function Field(props: {
  label: string;
  hint?: ReactNode;
  error?: FieldError | undefined;
  children: ReactNode;
}): ReactElement {
  return (
    <label className={`dbapi-Field ${props.error ? 'dbapi-mod-wrong' : ''}`}>
      <span>{props.label}</span>
      {props.children}
      {props.hint && <small className="dbapi-Muted">{props.hint}</small>}
      {props.error && (
        <small className="dbapi-Problem" role="alert">
          {props.error.message}
        </small>
      )}
    </label>
  );
}

/** A yes or no, with its words behind it. */
export function Check(props: { label: string; children: ReactNode }): ReactElement {
  return (
    <label className="dbapi-Check">
      {props.children}
      <span>{props.label}</span>
    </label>
  );
}
