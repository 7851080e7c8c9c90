import type { ProductType } from '../../api/schema';

/** Something that may be told of a connection besides where it is. */
export interface ProductOption {
  name: string;
  hint: string;
  /** All that it may be; any text where they are left out. */
  values?: readonly string[];
}

/** What the form has to know of a kind of database. */
export interface Product {
  type: ProductType;
  name: string;
  /** A file on the platform's machine: there is no server to log in to. */
  isFile: boolean;
  port: number | null;
  /** What `database` holds. */
  database: readonly [label: string, hint: string];
  options: readonly ProductOption[];
}

const CERTIFICATES: readonly ProductOption[] = [
  { name: 'sslrootcert', hint: "A file on the platform's machine with the authorities to trust" },
  { name: 'sslcert', hint: "A file with the platform's own certificate" },
  { name: 'sslkey', hint: 'A file with the key of that certificate' }
];
const NAME = ['Database', "The database's name on that server"] as const;
const FILE = ['Database file', "Below the platform's directory of database files"] as const;
const MYSQL: readonly ProductOption[] = [
  {
    name: 'sslmode',
    hint: 'Over a network you do not own: verify-full',
    values: ['disable', 'prefer', 'require', 'verify-ca', 'verify-full']
  },
  ...CERTIFICATES
];

/** The kinds of databases that there are, in the order in which they are offered. */
export const PRODUCTS: readonly Product[] = [
  {
    type: 'postgresql',
    name: 'PostgreSQL',
    isFile: false,
    port: 5432,
    database: NAME,
    options: [
      {
        name: 'sslmode',
        hint: 'Over a network you do not own: verify-full',
        values: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']
      },
      ...CERTIFICATES,
      {
        name: 'channel_binding',
        hint: 'Whether the login is bound to the encryption',
        values: ['disable', 'prefer', 'require']
      },
      { name: 'search_path', hint: 'Where names without a schema are looked up: shop, public' },
      { name: 'application_name', hint: 'What the server shows in its list of sessions' },
      {
        name: 'target_session_attrs',
        hint: 'Which of several hosts to use',
        values: ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby']
      }
    ]
  },
  {
    type: 'mysql',
    name: 'MySQL, MariaDB',
    isFile: false,
    port: 3306,
    database: NAME,
    options: MYSQL
  },
  {
    type: 'starrocks',
    name: 'StarRocks',
    isFile: false,
    port: 9030,
    database: NAME,
    options: MYSQL
  },
  {
    type: 'trino',
    name: 'Trino',
    isFile: false,
    port: 8080,
    database: ['Catalog', 'A catalog, or catalog.schema'],
    options: [
      {
        name: 'http_scheme',
        hint: 'A password is never sent over http',
        values: ['http', 'https']
      },
      {
        name: 'sslmode',
        hint: 'require encrypts and checks nothing',
        values: ['require', 'verify-full']
      },
      CERTIFICATES[0] as ProductOption
    ]
  },
  {
    type: 'duckdb',
    name: 'DuckDB',
    isFile: true,
    port: null,
    database: FILE,
    options: [
      { name: 'memory_limit', hint: 'Such as 512MB; without it, most of the machine' },
      { name: 'threads', hint: 'How many threads a query may use' }
    ]
  },
  { type: 'sqlite', name: 'SQLite', isFile: true, port: null, database: FILE, options: [] }
];

/** What is known of a kind of database. */
export function productOf(type: ProductType): Product {
  const product = PRODUCTS.find(one => one.type === type);
  if (!product) throw new Error(`The database product ${type} is not known to this page`);
  return product;
}
