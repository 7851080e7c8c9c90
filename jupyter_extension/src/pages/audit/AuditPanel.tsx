import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { AuditEntryAnswer } from '../../api/schema';
import { Link } from '../../components/Link';
import { Facts } from '../../components/Page';
import { Copy, Tag, Time } from '../../components/small';
import { Panel } from '../../components/Split';
import { Loaded } from '../../components/states';
import { at, resourceAt } from '../locations';
import { Changes } from './Changes';
import { nameOf, TONES } from './columns';

/** One entry whole: who, what, from where, and the fields before and after. */
export function AuditPanel(props: { id: number; onClose: () => void }): ReactElement {
  const entry = useApi().query.useQuery(
    'get',
    '/api/v1/audit-entries/{entry_id}',
    { params: { path: { entry_id: props.id } } },
    // An entry never changes.
    { staleTime: Infinity }
  );
  const title = entry.data ? (
    <>
      <Tag tone={TONES[entry.data.change]}>{entry.data.change}</Tag> {nameOf(entry.data)}
    </>
  ) : (
    `Entry ${props.id}`
  );
  return (
    <Panel title={title} label="Audit entry" onClose={props.onClose}>
      <Loaded query={entry} what="the entry">
        {data => (
          <>
            <Details entry={data} />
            <Changes entry={data} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Details({ entry }: { entry: AuditEntryAnswer }): ReactElement {
  return (
    <>
      <Facts
        facts={[
          ['Who', entry.actor],
          ['Via', entry.via],
          [
            'When',
            <>
              {new Date(entry.created_at).toLocaleString()}{' '}
              <span className="dbapi-Muted">
                (<Time at={entry.created_at} />)
              </span>
            </>
          ],
          ['From', entry.ip_address],
          ['Action', <code>{entry.action}</code>],
          ['Part', entry.part.replace(/_/g, ' ')]
        ]}
      />
      {entry.request_id && (
        <div className="dbapi-IdLine dbapi-mod-below">
          <span className="dbapi-Muted">Request</span>
          <code>{entry.request_id}</code>
          <Copy text={entry.request_id} label="Copy the request id" />
        </div>
      )}
      <Links entry={entry} />
    </>
  );
}

function Links({ entry }: { entry: AuditEntryAnswer }): ReactElement {
  const may = useMay();
  const { resource_type: type, resource_id: id, request_id: request } = entry;
  const page = entry.change === 'deleted' && entry.part === type ? undefined : resourceAt(type, id);
  const isSeen = page !== undefined && may(type as 'endpoint', 'read', id ? { id } : undefined);
  return (
    <p className="dbapi-Panel-links">
      {isSeen && <Link to={page}>Open the {type.replace(/_/g, ' ')}</Link>}
      {id && <Link to={at('/audit', { resource_type: type, resource_id: id })}>Its history</Link>}
      {request && <Link to={at('/audit', { request_id: request })}>All of this request</Link>}
    </p>
  );
}
