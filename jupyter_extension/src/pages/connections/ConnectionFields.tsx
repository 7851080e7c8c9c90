import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import type { DatasourceAnswer } from '../../api/schema';
import { Check, Field } from '../../components/Form';
import { OptionFields } from './OptionFields';
import { PRODUCTS, productOf } from './products';
import type { ConnectionValues } from './values';

interface FieldsProps {
  form: UseFormReturn<ConnectionValues>;
  /** The connection that is changed; null for a new one. */
  kept: DatasourceAnswer | null;
}

/** The fields of a connection, as its product needs them. */
export function ConnectionFields({ form, kept }: FieldsProps): ReactElement {
  const { register, formState, watch } = form;
  const { errors } = formState;
  const product = productOf(watch('product_type'));
  const [label, hint] = product.database;
  return (
    <>
      <div className="dbapi-FieldRow">
        <Field label="Name" hint="Authors refer to it by this name." error={errors.name}>
          <input {...register('name')} autoComplete="off" />
        </Field>
        <Field label="Product" hint={kept && 'It cannot be changed.'} error={errors.product_type}>
          {/* A disabled field would leave its value out. */}
          {kept ? (
            <input value={product.name} readOnly />
          ) : (
            <select {...register('product_type')}>
              {PRODUCTS.map(one => (
                <option key={one.type} value={one.type}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {!product.isFile && <ServerFields form={form} kept={kept} />}
      <Field label={label} hint={hint} error={errors.database}>
        <input
          {...register('database')}
          placeholder={product.isFile ? `sales.${product.type}` : undefined}
          autoComplete="off"
        />
      </Field>
      <Field label="Description" error={errors.description}>
        <input {...register('description')} autoComplete="off" />
      </Field>
      <Check label="Read only: refuse every statement that writes">
        <input type="checkbox" {...register('read_only')} />
      </Check>
      <OptionFields form={form} product={product} />
    </>
  );
}

function ServerFields({ form, kept }: FieldsProps): ReactElement {
  const { register, formState, watch } = form;
  const { errors } = formState;
  const { port } = productOf(watch('product_type'));
  return (
    <>
      <div className="dbapi-FieldRow dbapi-mod-host">
        <Field label="Host" error={errors.host}>
          <input {...register('host')} placeholder="db.example.org" autoComplete="off" />
        </Field>
        <Field label="Port" error={errors.port}>
          <input {...register('port')} inputMode="numeric" placeholder={String(port ?? '')} />
        </Field>
      </div>
      <div className="dbapi-FieldRow">
        <Field label="User name" error={errors.username}>
          <input {...register('username')} autoComplete="off" />
        </Field>
        <Field
          label="Password"
          hint={kept ? 'Empty keeps the one that is there.' : undefined}
          error={errors.password}
        >
          <input type="password" {...register('password')} autoComplete="new-password" />
        </Field>
      </div>
    </>
  );
}
