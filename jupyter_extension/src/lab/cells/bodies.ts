import { type Cell, draftOf, type Defaults } from '../../cell/parse';
import type { Value } from '../../cell/yaml';
import type { Dbapi } from '../tokens';
import type { Knowledge } from './knowledge';

/** The body of `PUT /drafts` that running a cell sends; null where it sends none. Throws ApiError. */
export async function bodyOf(
  cell: Cell,
  used: Defaults,
  dbapi: Dbapi,
  knowledge: Knowledge
): Promise<Record<string, Value> | null> {
  if (cell.magic.kind.name === 'transform') return transformed(cell, dbapi);
  const body = draftOf(cell, used);
  if (!body || 'datasource' in body) return body;
  const { method, path } = cell.magic;
  const saved = knowledge.endpoints.find(each => each.method === method && each.path === path);
  const datasource = knowledge.datasource(undefined)?.name ?? saved?.datasource;
  return datasource === undefined ? body : { ...body, datasource };
}

/** The draft that is saved, with the transform of the cell. */
async function transformed(cell: Cell, dbapi: Dbapi): Promise<Record<string, Value> | null> {
  const { method, path } = cell.magic;
  const { api, queries } = dbapi;
  const found = await queries.query({
    ...api.query.queryOptions('get', '/api/v1/endpoints', {
      params: { query: { method, path } }
    }),
    staleTime: 10_000
  });
  const id = found.items[0]?.id;
  if (id === undefined) return null;
  const draft = await queries.query({
    ...api.query.queryOptions('get', '/api/v1/endpoints/{endpoint_id}/draft', {
      params: { path: { endpoint_id: id } }
    }),
    staleTime: 10_000
  });
  return { ...(draft as unknown as Record<string, Value>), transform: cell.content };
}
