import type {
  DefinitionAnswer,
  EndpointAnswer,
  MeAnswer,
  PlanAnswer,
  VersionAnswer
} from '../../../src/api/schema';
import { SUPERUSER } from '../../fakePlatform';

export const ID = '11111111-1111-1111-1111-111111111111';
export const HERE = `/api/v1/endpoints/${ID}`;

export const ENDPOINT: EndpointAnswer = {
  id: ID,
  method: 'GET',
  path: 'orders/{customer_id}',
  module: 'sales',
  name: null,
  description: 'The orders of one customer',
  datasource: 'shop',
  access: 'private',
  state: 'edited',
  live_version: 2,
  latest_version: 2,
  url: 'http://here/api/orders/{customer_id}',
  params: [
    { name: 'limit', type: 'integer', default: 20, maximum: 500 },
    { name: 'tags', type: 'array' },
    { name: 'api_key', type: 'string' }
  ],
  updated_at: '2026-01-01T00:00:00Z',
  updated_by: 'ada'
};

export const DRAFT: DefinitionAnswer = {
  method: 'GET',
  path: 'orders/{customer_id}',
  engine: 'sql',
  datasource: 'shop',
  content: 'SELECT *\nFROM orders',
  transform: null,
  params: { limit: { type: 'integer', default: 20, maximum: 500 } },
  module: 'sales',
  name: null,
  description: 'The orders of one customer',
  access: 'private',
  timeout: null,
  max_rows: null,
  rate_limit: null,
  max_concurrent: null,
  unknown_params: 'ignore',
  cache: null,
  page: null,
  max_export_rows: null,
  allow_async: null
};

export const PLAN: PlanAnswer = {
  live_version: 2,
  next_version: 3,
  changes: true,
  diff: {
    from: 'live (version 2)',
    to: 'draft',
    content: '',
    fields: [{ field: 'max_rows', from: 10, to: 50 }],
    breaking: [],
    contract: []
  },
  contract: [],
  callers: [],
  callers_days: 30
};

export function version(number: number, more: Partial<VersionAnswer> = {}): VersionAnswer {
  return {
    number,
    hash: `${number}`.repeat(64),
    created_at: '2026-01-01T00:00:00Z',
    created_by: 'ada',
    message: `Message ${number}`,
    provenance: { notebook: 'orders.ipynb', cell_id: 'c1', git_commit: null },
    is_live: number === 2,
    forced: null,
    columns: null,
    is_pinnable: false,
    deprecated_at: null,
    sunset_at: null,
    ...more
  };
}

/** A user who may do only this, to everything of its type. */
export function whoMay(...allowed: string[]): MeAnswer {
  const permissions = allowed.map(one => {
    const [resource_type = '', action = ''] = one.split(':');
    return { resource_type, action, resource_id: null };
  });
  return { ...SUPERUSER, is_superuser: false, permissions };
}

/** A list of the API that is one page. */
export function pageOf(items: readonly object[]): object {
  return { items, total: items.length, next: null };
}

/** What every page about the endpoint asks for. */
export const ANSWERS: Record<string, object> = {
  'GET /api/v1/modules': pageOf([{ id: 'm1', name: 'sales' }]),
  'GET /api/v1/datasources': pageOf([{ id: 'd1', name: 'shop' }]),
  [`GET ${HERE}`]: ENDPOINT,
  [`GET ${HERE}/draft`]: DRAFT,
  [`GET ${HERE}/plan`]: PLAN,
  [`GET ${HERE}/tests`]: pageOf([]),
  [`GET ${HERE}/versions`]: pageOf([version(2), version(1)])
};
