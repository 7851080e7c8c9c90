import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { textOrNull } from '../../../api/changes';
import { useMe } from '../../../api/me';
import { Check, Field } from '../../../components/Form';
import { useRoles } from '../data';

/** What is set of a user; the name and the password only of a new one. */
export interface UserValues {
  username: string;
  password: string | null;
  full_name: string | null;
  email: string | null;
  roles: string[];
  is_active: boolean;
  is_superuser: boolean;
}

export const USER_LABELS: Record<string, string> = {
  full_name: 'Full name',
  email: 'E-mail address',
  roles: 'Roles',
  is_active: 'Active',
  is_superuser: 'Superuser'
};

/** The fields that a new user and one that is changed have both. */
export function UserFields({ form }: { form: UseFormReturn<UserValues> }): ReactElement {
  const { register, formState } = form;
  const { errors } = formState;
  const me = useMe().data;
  return (
    <>
      <div className="dbapi-Columns">
        <Field label="Full name" error={errors.full_name}>
          <input {...register('full_name', { setValueAs: textOrNull })} />
        </Field>
        <Field label="E-mail address" error={errors.email}>
          <input type="email" {...register('email', { setValueAs: textOrNull })} />
        </Field>
      </div>
      <RoleChoice form={form} />
      <Check label="Active: they can log in">
        <input type="checkbox" {...register('is_active')} />
      </Check>
      <Wrong message={errors.is_active?.message} />
      {me?.is_superuser && (
        <Check label="Superuser: they may do everything, whatever their roles">
          <input type="checkbox" {...register('is_superuser')} />
        </Check>
      )}
      <Wrong message={errors.is_superuser?.message} />
    </>
  );
}

function RoleChoice({ form }: { form: UseFormReturn<UserValues> }): ReactElement | null {
  const roles = useRoles();
  const error = form.formState.errors.roles as { message?: string } | undefined;
  return (
    <fieldset className="dbapi-Choices">
      <legend>Roles</legend>
      {roles.data?.items.map(role => (
        <Check key={role.id} label={role.name}>
          <input type="checkbox" value={role.name} {...form.register('roles')} />
        </Check>
      ))}
      {!roles.data && <p className="dbapi-Muted">{form.getValues('roles').join(', ') || 'None'}</p>}
      <Wrong message={error?.message} />
    </fieldset>
  );
}

function Wrong(props: { message: string | undefined }): ReactElement | null {
  if (!props.message) return null;
  return (
    <small className="dbapi-Problem" role="alert">
      {props.message}
    </small>
  );
}
