import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import { asApiError } from '../../api/errors';

const EVERY_MS = 5000;

/** How many connections are open, asked for again and again. */
export function PoolFact(props: { id: string }): ReactElement {
  const path = { datasource_id: props.id };
  const { data, error } = useApi().query.useQuery(
    'get',
    '/api/v1/datasources/{datasource_id}/pool',
    { params: { path } },
    { refetchInterval: EVERY_MS }
  );
  if (error) return <span className="dbapi-Muted">{asApiError(error).message}</span>;
  if (!data) return <span className="dbapi-Muted">–</span>;
  const waiting = data.waiting > 0 ? `, ${data.waiting} calls wait for one` : '';
  return (
    <span title="Of the worker that answered; each has connections of its own.">
      {data.open} open, {data.idle} idle{waiting}
    </span>
  );
}
