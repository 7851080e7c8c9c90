import type { Client } from 'openapi-fetch';

import type { Api } from '../../api/client';
import type { Activity, Check, Vocabulary } from '../../cell/answers';
import type { Value } from '../../cell/yaml';

interface Answers<Content> {
  200: { content: { 'application/json': Content } };
}

interface Paths {
  '/api/v1/drafts/check': {
    post: {
      requestBody: { content: { 'application/json': Record<string, Value> } };
      responses: Answers<Check>;
    };
  };
  '/api/v1/activity': {
    get: {
      parameters: { query: { endpoint_id: readonly string[] } };
      responses: Answers<{ data: Activity[]; as_of: string }>;
    };
  };
  '/api/v1/vocabulary': { get: { responses: Answers<Vocabulary> } };
}

// Refusals are thrown, so that an answer without content is one that ended early.
function content<Content>(answer: { data?: Content | undefined }): Content {
  if (answer.data === undefined) throw new Error('The platform answered nothing');
  return answer.data;
}

function http(api: Api): Client<Paths> {
  return api.http as unknown as Client<Paths>;
}

/** What saving a draft would change or refuse. Throws ApiError. */
export async function checkDraft(
  api: Api,
  body: Record<string, Value>,
  signal: AbortSignal
): Promise<Check> {
  return content(await http(api).POST('/api/v1/drafts/check', { body, signal }));
}

/** What was asked of these endpoints lately. Throws ApiError. */
export async function activityOf(api: Api, ids: readonly string[]): Promise<Activity[]> {
  const params = { query: { endpoint_id: ids } };
  return content(await http(api).GET('/api/v1/activity', { params })).data;
}

/** What authors can write. Throws ApiError. */
export async function vocabulary(api: Api, signal: AbortSignal): Promise<Vocabulary> {
  return content(await http(api).GET('/api/v1/vocabulary', { signal }));
}
