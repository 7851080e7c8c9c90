import type { ReactElement } from 'react';
import type { FieldError, UseFormReturn } from 'react-hook-form';

import { Field } from '../../components/Form';
import type { Product } from './products';
import type { ConnectionValues } from './values';

/** What few connections need, folded away unless something of it is set or wrong. */
export function OptionFields(props: {
  form: UseFormReturn<ConnectionValues>;
  product: Product;
}): ReactElement | null {
  const { form, product } = props;
  if (product.options.length === 0) return null;
  // The platform names the options as a whole, and in its words the one that is wrong.
  const error = form.formState.errors.options as FieldError | undefined;
  const isSet = Object.values(form.formState.defaultValues?.options ?? {}).some(Boolean);
  return (
    <details className="dbapi-Options" open={isSet || error !== undefined || undefined}>
      <summary>Options of {product.name}</summary>
      {error?.message && (
        <p className="dbapi-Problem" role="alert">
          {error.message}
        </p>
      )}
      <div className="dbapi-Options-fields">
        {product.options.map(option => (
          <Field key={option.name} label={option.name} hint={option.hint}>
            {option.values ? (
              <select {...form.register(`options.${option.name}`)}>
                <option value="">not set</option>
                {option.values.map(value => (
                  <option key={value}>{value}</option>
                ))}
              </select>
            ) : (
              <input {...form.register(`options.${option.name}`)} autoComplete="off" />
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}
