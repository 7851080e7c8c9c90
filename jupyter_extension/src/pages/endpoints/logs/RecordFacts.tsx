import type { ReactElement } from 'react';

import type { NamedRecordAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Facts } from '../../../components/Page';
import { Copy, milliseconds, StatusTag, Time } from '../../../components/small';

/** One call in full, with the error that its caller was not told. */
export function RecordFacts(props: {
  record: NamedRecordAnswer;
  onClose: () => void;
}): ReactElement {
  const { record } = props;
  return (
    <section className="dbapi-Card dbapi-Endpoint-latency" aria-label="One call">
      <header className="dbapi-Endpoint-cardhead">
        <h2>
          {record.method} {record.path}
        </h2>
        <Button look="quiet" icon="close" aria-label="Close the call" onClick={props.onClose} />
      </header>
      <Facts
        facts={[
          ['Status', <StatusTag key="status" status={record.status} />],
          ['When', <Time key="when" at={record.created_at} />],
          ['Took', milliseconds(record.duration_ms)],
          ['Version', record.version],
          [
            'Client',
            record.client_id && <Link to={`/clients/${record.client_id}`}>{record.client_id}</Link>
          ],
          ['Address', record.ip_address],
          [
            'Request',
            <>
              <code>{record.request_id}</code>
              <Copy text={record.request_id} label="Copy the request's id" />
            </>
          ]
        ]}
      />
      {record.error && <pre className="dbapi-Tests-source">{record.error}</pre>}
      {record.log && <pre className="dbapi-Tests-source">{record.log}</pre>}
    </section>
  );
}
