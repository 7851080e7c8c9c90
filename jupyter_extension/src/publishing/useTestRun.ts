import { useQuery, type UseQueryResult } from '@tanstack/react-query';

import { useApi } from '../api/context';
import type { TestRunAnswer } from '../api/schema';

/**
 * The tests of an endpoint, run on its draft: when this is first drawn if that is wanted, and on
 * demand. What one `place` has seen is not shown in another: the draft may be another by then.
 */
export function useTestRun(
  endpointId: string,
  place: 'page' | 'dialog',
  isWanted: boolean
): UseQueryResult<TestRunAnswer, unknown> {
  const { http } = useApi();
  return useQuery({
    queryKey: ['tests run', endpointId, place],
    enabled: isWanted,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    queryFn: async ({ signal }): Promise<TestRunAnswer> => {
      const { data } = await http.POST('/api/v1/endpoints/{endpoint_id}/tests/run', {
        params: { path: { endpoint_id: endpointId } },
        body: {},
        signal
      });
      if (!data) throw new Error('the answer was empty');
      return data;
    }
  });
}
