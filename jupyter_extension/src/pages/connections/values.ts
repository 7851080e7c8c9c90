import { numberOrNull, textOrNull } from '../../api/changes';
import type { DatasourceAnswer, DatasourceIn, ProductType } from '../../api/schema';
import { productOf } from './products';

/** What the form of a connection holds. */
export interface ConnectionValues {
  name: string;
  description: string;
  product_type: ProductType;
  host: string;
  port: string;
  database: string;
  username: string;
  /** Only ever a new one: the kept one does not come out of the platform. */
  password: string;
  read_only: boolean;
  options: Record<string, string>;
}

/** What a form begins with: a kept connection, or an empty one. */
export function valuesOf(kept: DatasourceAnswer | null): ConnectionValues {
  return {
    name: kept?.name ?? '',
    description: kept?.description ?? '',
    product_type: kept?.product_type ?? 'postgresql',
    host: kept?.host ?? '',
    port: kept?.port?.toString() ?? '',
    database: kept?.database ?? '',
    username: kept?.username ?? '',
    password: '',
    read_only: kept?.read_only ?? true,
    options: kept?.options ?? {}
  };
}

/** What is sent: only what the product has, and a password only when one was typed. */
export function bodyOf(values: ConnectionValues): DatasourceIn {
  const product = productOf(values.product_type);
  const options = product.options.flatMap(({ name }) => {
    const value = textOrNull(values.options[name]);
    return value === null ? [] : [[name, value] as const];
  });
  const server = product.isFile
    ? { host: null, port: null, username: null }
    : {
        host: textOrNull(values.host),
        port: numberOrNull(values.port),
        username: textOrNull(values.username)
      };
  return {
    name: values.name.trim(),
    description: textOrNull(values.description),
    product_type: values.product_type,
    database: values.database.trim(),
    ...server,
    ...(values.password && !product.isFile ? { password: values.password } : {}),
    read_only: values.read_only,
    options: Object.fromEntries(options)
  };
}

/** Where a connection leads, in one line. */
export function placeOf(one: DatasourceAnswer): string {
  if (productOf(one.product_type).isFile) return one.database;
  const port = one.port === null ? '' : `:${one.port}`;
  return `${one.host ?? ''}${port}/${one.database}`;
}
