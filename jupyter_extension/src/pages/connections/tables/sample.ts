import type { UseQueryResult } from '@tanstack/react-query';

import { useApi } from '../../../api/context';
import type { DatasourceAnswer, SampleAnswer, TableAnswer } from '../../../api/schema';

const LIMIT = 20;

/** The first rows of a table, once they are wanted: the platform holds each look in its audit. */
export function useSample(
  of: DatasourceAnswer,
  table: TableAnswer,
  isWanted: boolean
): UseQueryResult<SampleAnswer, unknown> {
  const query = { schema: table.schema, table: table.name, limit: LIMIT };
  return useApi().query.useQuery(
    'get',
    '/api/v1/datasources/{datasource_id}/sample',
    { params: { path: { datasource_id: of.id }, query } },
    { enabled: isWanted, staleTime: Infinity }
  );
}
