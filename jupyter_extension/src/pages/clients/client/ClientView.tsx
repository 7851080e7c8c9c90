import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ClientAnswer } from '../../../api/schema';
import { Copy, count, Time } from '../../../components/small';
import { Facts, Page, Section } from '../../../components/Page';
import { Loaded } from '../../../components/states';
import { ActiveTag } from '../ActiveTag';
import { ClientActions } from './ClientActions';
import { ClientEndpoints, ClientGroups } from './ClientGrants';
import { ClientRecords } from './ClientRecords';
import { HowToCall } from './Credentials';

const UP = { to: '/clients', title: 'Clients' };

/** One client: what it may call, its secret, and what it called last. */
export function ClientView(props: { id: string }): ReactElement {
  const params = { params: { path: { client_id: props.id } } };
  const query = useApi().query.useQuery('get', '/api/v1/clients/{client_id}', params);
  if (!query.data) {
    return (
      <Page title="Client" up={UP}>
        <Loaded query={query} what="the client">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Shown client={query.data} />;
}

function Shown({ client }: { client: ClientAnswer }): ReactElement {
  const may = useMay();
  const mayChange = may('client', 'update', { id: client.id });
  return (
    <Page
      title={client.name}
      up={UP}
      lead={client.description}
      actions={<ClientActions client={client} />}
    >
      <Section title="About">
        <Facts facts={factsOf(client)} />
      </Section>
      <ClientEndpoints client={client} mayChange={mayChange} />
      <ClientGroups client={client} mayChange={mayChange} />
      {may('access_record', 'read') && <ClientRecords client={client} />}
      <Section title="How it calls">
        <HowToCall clientId={client.client_id} path={client.endpoints[0]?.path} />
      </Section>
    </Page>
  );
}

function factsOf(client: ClientAnswer): (readonly [string, ReactElement | string])[] {
  const number = (value: number | null, unit: string, none: string): string =>
    value === null ? none : `${count(value)} ${unit}`;
  const facts: (readonly [string, ReactElement | string])[] = [
    ['State', <ActiveTag key="state" isActive={client.is_active} />],
    [
      'Client id',
      <span key="id" className="dbapi-Chosen">
        <code>{client.client_id}</code>
        <Copy text={client.client_id} label="Copy client id" />
      </span>
    ],
    ['Rate limit', number(client.rate_limit_per_minute, 'requests a minute', 'none of its own')],
    ['At once', number(client.max_concurrent, 'requests', 'the platform’s limit')],
    ['A token is good for', number(client.token_seconds, 'seconds', 'the platform’s time')],
    ['Made', <Time key="made" at={client.created_at} />]
  ];
  if (client.previous_secret_until) {
    const until = new Date(client.previous_secret_until).toLocaleString();
    facts.push(['Secret before', `works until ${until}`]);
  }
  return facts;
}
