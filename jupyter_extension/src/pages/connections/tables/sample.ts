import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { useApi } from '../../../api/context';
import type { DatasourceAnswer, TableAnswer } from '../../../api/schema';

/** The first rows of a table. */
export interface Sample {
  columns: { name: string; type: string }[];
  rows: unknown[][];
  truncated: boolean;
}

const LIMIT = 20;

/** The first rows of a table, once they are wanted: the platform holds each look in its audit. */
export function useSample(
  of: DatasourceAnswer,
  table: TableAnswer,
  isWanted: boolean
): UseQueryResult<Sample> {
  const { http } = useApi();
  const query = { schema: table.schema, table: table.name, limit: LIMIT };
  return useQuery({
    queryKey: ['sample', of.id, query],
    enabled: isWanted,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      // The client's description does not have this route yet.
      const route = '/api/v1/datasources/{datasource_id}/sample';
      const { data } = await http.GET(route as '/api/v1/datasources/{datasource_id}/tables', {
        params: { path: { datasource_id: of.id }, query: query as never },
        signal
      });
      return data as unknown as Sample;
    }
  });
}
