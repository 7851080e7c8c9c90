import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { useApi } from '../api/context';
import type { DefinitionAnswer, PlanAnswer, TestAnswer } from '../api/schema';

/** What is about to be published, all seen at one moment. */
export interface Publishing {
  draft: DefinitionAnswer;
  /** Names the draft that was seen, so that no other is published. */
  etag: string | null;
  plan: PlanAnswer;
  tests: TestAnswer[];
  method: string;
  path: string;
}

/** What publishing an endpoint would do; it is asked once, and stays as it was seen. */
export function usePublishing(endpointId: string): UseQueryResult<Publishing, unknown> {
  const { http } = useApi();
  return useQuery({
    queryKey: ['publishing', endpointId],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<Publishing> => {
      const init = { params: { path: { endpoint_id: endpointId } }, signal };
      // The draft first: if it changes meanwhile, its tag is the old one and nothing is published.
      const seen = await http.GET('/api/v1/endpoints/{endpoint_id}/draft', init);
      const [plan, tests] = await Promise.all([
        http.GET('/api/v1/endpoints/{endpoint_id}/plan', init),
        http.GET('/api/v1/endpoints/{endpoint_id}/tests', init)
      ]);
      if (!seen.data || !plan.data || !tests.data) throw new Error('an answer was empty');
      return {
        draft: seen.data,
        etag: seen.response.headers.get('ETag'),
        plan: plan.data,
        tests: tests.data.items,
        method: seen.data.method,
        path: seen.data.path
      };
    }
  });
}
