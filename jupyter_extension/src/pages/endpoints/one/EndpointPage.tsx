import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Page } from '../../../components/Page';
import { Copy, Route, StateTag, Tag } from '../../../components/small';
import { Failed, Loading } from '../../../components/states';
import { Tabs } from '../../../components/Tabs';
import { useHost } from '../../../host/host';
import { catalogueUrl } from '../../../texts/catalogue';
import { useMayHere } from '../data';
import { type Asked, EndpointActions, EndpointDialogs } from './EndpointActions';
import { tabsOf } from './tabs';

const UP = { to: '/endpoints', title: 'Endpoints' };

/** One endpoint and all about it, in tabs. */
export function EndpointPage(props: { endpointId: string; tab: string }): ReactElement {
  const endpoint = useApi().query.useQuery('get', '/api/v1/endpoints/{endpoint_id}', {
    params: { path: { endpoint_id: props.endpointId } }
  });
  if (endpoint.data) return <Found endpoint={endpoint.data} tab={props.tab} />;
  return (
    <Page title="Endpoint" up={UP}>
      {endpoint.isError ? (
        <Failed error={endpoint.error} retry={() => void endpoint.refetch()} />
      ) : (
        <Loading what="the endpoint" />
      )}
    </Page>
  );
}

function Found({ endpoint, tab }: { endpoint: EndpointAnswer; tab: string }): ReactElement {
  const host = useHost();
  const may = useMayHere(endpoint);
  const [asked, ask] = useState<Asked | null>(null);
  const base = `/endpoints/${endpoint.id}`;
  return (
    <Page
      up={UP}
      title={`${endpoint.method} ${endpoint.path}`}
      heading={
        <span className="dbapi-Endpoint-title">
          <Route method={endpoint.method} path={endpoint.path} />
          <StateTag state={endpoint.state} />
          <Tag tone={endpoint.access === 'public' ? 'info' : 'neutral'}>{endpoint.access}</Tag>
        </span>
      }
      lead={
        <span className="dbapi-Endpoint-lead">
          <code>{endpoint.url}</code>
          <Copy text={endpoint.url} label="Copy the URL" />
          {endpoint.live_version !== null && (
            <a
              className="dbapi-Link"
              href={catalogueUrl(endpoint)}
              target="_blank"
              rel="noopener noreferrer"
            >
              Open in the catalogue
            </a>
          )}
          {endpoint.name && <span>{endpoint.name}</span>}
        </span>
      }
      actions={<EndpointActions endpoint={endpoint} may={may} onAsk={ask} />}
    >
      <Tabs
        label="About the endpoint"
        open={tab}
        onOpen={name => host.open(name === 'overview' ? base : `${base}/${name}`)}
        tabs={tabsOf(endpoint, may)}
      />
      {asked && <EndpointDialogs asked={asked} endpoint={endpoint} onClose={() => ask(null)} />}
    </Page>
  );
}
