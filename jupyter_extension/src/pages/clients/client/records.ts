import { type UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

import { useApi } from '../../../api/context';
import type { RecordPageNamedRecordAnswer } from '../../../api/schema';

const DAYS = 30;
const SHOWN = 10;

/** The last calls of a client, and how many it made in 30 days. */
export function useRecords(
  clientId: string,
  isWanted = true
): UseQueryResult<RecordPageNamedRecordAnswer, unknown> {
  // Kept while it is shown: another moment would be another question.
  const [from] = useState(() => new Date(Date.now() - DAYS * 86_400_000).toISOString());
  return useApi().query.useQuery(
    'get',
    '/api/v1/access-records',
    { params: { query: { client_id: clientId, limit: SHOWN, from } } },
    { enabled: isWanted }
  );
}
