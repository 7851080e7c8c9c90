import type { Client } from 'openapi-fetch';

import type { paths } from '../api/schema';

/** Some rows of a table. */
export interface Sample {
  columns: readonly { name: string; type: string }[];
  rows: readonly (readonly unknown[])[];
  truncated: boolean;
}

interface SamplePaths {
  '/api/v1/datasources/{datasource_id}/sample': {
    get: {
      parameters: {
        path: { datasource_id: string };
        query: { schema: string; table: string; limit: number };
      };
      responses: { 200: { content: { 'application/json': Sample } } };
    };
  };
}

/** Typed by hand: platforms that have it are newer than the description that the rest is made from. */
export async function readSample(
  http: Client<paths>,
  datasource_id: string,
  query: { schema: string; table: string; limit: number },
  signal: AbortSignal
): Promise<Sample> {
  const newer = http as unknown as Client<SamplePaths>;
  const { data } = await newer.GET('/api/v1/datasources/{datasource_id}/sample', {
    params: { path: { datasource_id }, query },
    signal
  });
  return (data as Sample | undefined) ?? { columns: [], rows: [], truncated: false };
}
