import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';

import { useApi } from '../../api/context';
import type { ServerAnswer } from '../../api/schema';

const CHANGED = [
  '/api/v1/datasources',
  '/api/v1/datasources/{datasource_id}',
  '/api/v1/datasources/{datasource_id}/tables',
  '/api/v1/datasources/{datasource_id}/pool',
  '/api/v1/datasources/{datasource_id}/sample'
];

/** Ask again for all that a change of a connection may have changed. */
export function useRefreshConnections(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(CHANGED.map(path => queries.invalidateQueries({ queryKey: ['get', path] })));
  }, [queries]);
}

/** What came of trying a connection. */
export type Outcome =
  { state: 'running' } | { state: 'good'; server: ServerAnswer } | { state: 'bad'; error: unknown };

/** Runs a test, and tells what came of it. */
export async function outcomeOf(test: () => Promise<ServerAnswer>): Promise<Outcome> {
  try {
    return { state: 'good', server: await test() };
  } catch (error) {
    return { state: 'bad', error };
  }
}

/** Tries kept connections when asked to, and remembers what came of it. */
export function useTests(): [
  outcomes: Readonly<Record<string, Outcome>>,
  run: (id: string) => Promise<void>
] {
  const { http } = useApi();
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});
  const run = useCallback(
    async (id: string) => {
      setOutcomes(before => ({ ...before, [id]: { state: 'running' } }));
      const outcome = await outcomeOf(async () => {
        const path = { datasource_id: id };
        const answer = await http.POST('/api/v1/datasources/{datasource_id}/test', {
          params: { path }
        });
        return answer.data as ServerAnswer;
      });
      setOutcomes(before => ({ ...before, [id]: outcome }));
    },
    [http]
  );
  return [outcomes, run];
}
