import type { ReactElement } from 'react';

import { useApi } from '../../api/context';
import type { EndpointAnswer } from '../../api/schema';
import { Link } from '../../components/Link';
import { Copy } from '../../components/small';
import { Empty } from '../../components/states';
import { endpointAt } from '../locations';

/** Nothing was asked in this time: how to make a call, or what to publish before it. */
export function FirstCall(props: { module: string | null; isToday: boolean }): ReactElement {
  const { query } = useApi();
  const live = query.useQuery('get', '/api/v1/endpoints', {
    params: { query: { state: 'live', limit: 1, ...(props.module && { module: props.module }) } }
  });
  if (!live.data) return <div className="dbapi-State" />;
  const endpoint = live.data.items[0];
  if (!endpoint) return <FirstEndpoint />;
  return (
    <Empty
      icon="dashboard"
      title={props.isToday ? 'No requests today yet' : 'No requests in this time'}
    >
      <p>Call a live endpoint, and what was asked appears here within a minute:</p>
      <Call endpoint={endpoint} />
      <p>
        <Link to={endpointAt(endpoint.id, 'try')}>Try it in the browser</Link> instead, or look at{' '}
        <Link to="/endpoints?state=live">all live endpoints</Link>.
      </p>
    </Empty>
  );
}

function Call({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const isPrivate = endpoint.access === 'private';
  const token = isPrivate ? ` \\\n  -H "Authorization: Bearer $TOKEN"` : '';
  const command = `curl "${endpoint.url}"${token}`;
  return (
    <>
      <div className="dbapi-Command">
        <pre>{command}</pre>
        <Copy text={command} label="Copy the command" />
      </div>
      {isPrivate && (
        <p>
          It is private: a client that may call it gets the token. Clients are made under{' '}
          <Link to="/clients">Clients &amp; groups</Link>.
        </p>
      )}
    </>
  );
}

function FirstEndpoint(): ReactElement {
  const cell =
    '%%dbapi sql GET hello\n--| datasource: NAME\n--| access: public\nSELECT 1 AS answer';
  return (
    <Empty icon="endpoint" title="No endpoint is live yet">
      <p>Write a query in a notebook cell, run it, and publish it with %dbapi publish:</p>
      <div className="dbapi-Command">
        <pre>{cell}</pre>
        <Copy text={cell} label="Copy the cell" />
      </div>
      <p>
        Which datasources there are is told under <Link to="/connections">Connections</Link>.
      </p>
    </Empty>
  );
}
