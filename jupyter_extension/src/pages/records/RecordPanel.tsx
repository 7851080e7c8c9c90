import type { ReactElement, ReactNode } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { NamedRecordAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Link } from '../../components/Link';
import { Facts } from '../../components/Page';
import { Copy, count, milliseconds, Route, StatusTag, Time } from '../../components/small';
import { Panel } from '../../components/Split';
import { Loaded } from '../../components/states';
import { useHost } from '../../host/host';
import { clientAt, endpointAt } from '../locations';
import { replayCell, tryAt } from './replay';

/** One record whole, and what can be done with it. */
export function RecordPanel(props: { id: number; onClose: () => void }): ReactElement {
  const record = useApi().query.useQuery(
    'get',
    '/api/v1/access-records/{record_id}',
    { params: { path: { record_id: props.id } } },
    // A record never changes.
    { staleTime: Infinity }
  );
  const title = record.data ? (
    <>
      <StatusTag status={record.data.status} />{' '}
      <Route method={record.data.method} path={record.data.path} />
    </>
  ) : (
    `Record ${props.id}`
  );
  return (
    <Panel title={title} label="Access record" onClose={props.onClose}>
      <Loaded query={record} what="the record">
        {data => <Details record={data} />}
      </Loaded>
    </Panel>
  );
}

function Details({ record }: { record: NamedRecordAnswer }): ReactElement {
  return (
    <>
      <div className="dbapi-IdLine">
        <span className="dbapi-Muted">Request</span>
        <code>{record.request_id}</code>
        <Copy text={record.request_id} label="Copy the request id" />
      </div>
      <div className="dbapi-IdLine">
        <span className="dbapi-Muted">Endpoint</span>
        <EndpointLink record={record} />
      </div>
      <Facts facts={factsOf(record)} />
      <Actions record={record} />
      {record.query && <Text title="Query" text={record.query} />}
      {record.error !== null && (
        <Text title={`Error ${record.error_code ?? ''}`} text={record.error} />
      )}
      {record.log !== null && <Text title="Script log" text={record.log} />}
    </>
  );
}

function factsOf(record: NamedRecordAnswer): (readonly [string, ReactNode])[] {
  return [
    [
      'When',
      <>
        {new Date(record.created_at).toLocaleString()}{' '}
        <span className="dbapi-Muted">
          (<Time at={record.created_at} />)
        </span>
      </>
    ],
    ['Took', milliseconds(record.duration_ms)],
    ['Version', <VersionLink record={record} />],
    ['Client', <ClientLink record={record} />],
    ['From', record.ip_address],
    ['Rows', record.rows === null ? null : count(record.rows)],
    ['Error code', record.error_code]
  ];
}

function EndpointLink({ record }: { record: NamedRecordAnswer }): ReactElement {
  if (!record.endpoint_id) return <span className="dbapi-Muted">none matched</span>;
  if (!record.endpoint) return <span className="dbapi-Muted">deleted</span>;
  return <Link to={endpointAt(record.endpoint_id)}>{record.endpoint}</Link>;
}

function VersionLink({ record }: { record: NamedRecordAnswer }): ReactElement {
  if (record.version === null) return <span className="dbapi-Muted">–</span>;
  if (!record.endpoint_id || !record.endpoint) return <>{record.version}</>;
  return <Link to={endpointAt(record.endpoint_id, 'versions')}>version {record.version}</Link>;
}

function ClientLink({ record }: { record: NamedRecordAnswer }): ReactElement {
  const may = useMay();
  if (!record.client_id) return <span className="dbapi-Muted">none</span>;
  const name = record.client ?? 'deleted';
  if (!record.client || !may('client', 'read', { id: record.client_id })) return <>{name}</>;
  return <Link to={clientAt(record.client_id)}>{name}</Link>;
}

function Actions({ record }: { record: NamedRecordAnswer }): ReactElement | null {
  const host = useHost();
  const { notebooks } = host;
  const cell = notebooks ? replayCell(record) : undefined;
  const tryLocation = tryAt(record);
  if (!cell && !tryLocation) return null;
  const replay = (): void => {
    notebooks?.insertCells(cell ?? '');
    host.notify('A cell that asks the same was put into the notebook');
  };
  return (
    <div className="dbapi-Panel-actions">
      {cell && (
        <Button icon="run" onClick={replay}>
          Replay in a cell
        </Button>
      )}
      {tryLocation && (
        <Button icon="open" onClick={() => host.open(tryLocation)}>
          Try it
        </Button>
      )}
    </div>
  );
}

function Text(props: { title: string; text: string }): ReactElement {
  return (
    <>
      <h3>{props.title}</h3>
      <pre className="dbapi-Text">{props.text}</pre>
    </>
  );
}
