import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { EndpointAnswer, TrafficAnswer } from '../../../api/schema';
import { Chart } from '../../../components/Chart';
import { Link } from '../../../components/Link';
import { Facts, Section } from '../../../components/Page';
import { count, milliseconds, Tag } from '../../../components/small';
import { Loaded } from '../../../components/states';

const DAYS = 7;
const day = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', timeZone: 'UTC' });

/** What was asked of the endpoint in the last days, how fast it answered, and who asked. */
export function Traffic({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const overview = useApi().query.useQuery('get', '/api/v1/overview', {
    params: { query: { days: DAYS, endpoint_id: endpoint.id } }
  });
  return (
    <Section title={`Traffic of ${DAYS} days`}>
      <Loaded query={overview} what="traffic">
        {({ traffic }) =>
          traffic.requests === 0 ? (
            <p className="dbapi-Muted">
              Nobody called it in the last {DAYS} days
              {endpoint.live_version === null ? ': it is not live. Publish it first.' : '.'}
            </p>
          ) : (
            <Numbers traffic={traffic} />
          )
        }
      </Loaded>
    </Section>
  );
}

function Numbers({ traffic }: { traffic: TrafficAnswer }): ReactElement {
  const { latency } = traffic;
  const points = traffic.steps.map(step => ({
    label: day.format(Date.parse(step.start)),
    good: step.requests - step.errors,
    errors: step.errors,
    average: step.average_ms
  }));
  return (
    <>
      <Facts
        facts={[
          ['Requests', count(traffic.requests)],
          ['Errors', `${count(traffic.errors)} (${percent(traffic.error_rate)})`],
          ['Half are answered in', milliseconds(latency.p50_ms)],
          ['95 of 100 in', milliseconds(latency.p95_ms)],
          ['99 of 100 in', milliseconds(latency.p99_ms)]
        ]}
      />
      <div className="dbapi-Grid dbapi-Endpoint-charts">
        <div className="dbapi-Card">
          <h3>Requests</h3>
          <Chart
            label="Requests by day, good ones and errors"
            kind="bar"
            isStacked
            points={points}
            series={[
              { key: 'good', name: 'Answered', color: 'var(--jp-brand-color1)' },
              { key: 'errors', name: 'Errors', color: 'var(--jp-error-color1)' }
            ]}
          />
        </div>
        <div className="dbapi-Card">
          <h3>Average time</h3>
          <Chart
            label="Average time of an answer by day, in milliseconds"
            kind="area"
            unit="ms"
            points={points}
            series={[{ key: 'average', name: 'Average (ms)', color: 'var(--jp-brand-color1)' }]}
          />
        </div>
      </div>
      <Statuses traffic={traffic} />
      <Callers traffic={traffic} />
    </>
  );
}

function Statuses({ traffic }: { traffic: TrafficAnswer }): ReactElement {
  const toneOf = (name: string) =>
    name.startsWith('5') ? 'bad' : name.startsWith('4') ? 'attention' : 'good';
  return (
    <p className="dbapi-Endpoint-row">
      {Object.entries(traffic.status_classes).map(([name, number]) => (
        <Tag key={name} tone={toneOf(name)}>
          {name}: {count(number)}
        </Tag>
      ))}
    </p>
  );
}

function Callers({ traffic }: { traffic: TrafficAnswer }): ReactElement | null {
  const clients = traffic.top_clients;
  // Whoever may not see clients is told of none.
  const isTold = useMay()('client', 'read');
  if (!isTold && clients.length === 0) return null;
  if (clients.length === 0) return <p className="dbapi-Muted">All calls came without a client.</p>;
  return (
    <p className="dbapi-Endpoint-row">
      <span className="dbapi-Muted">Callers:</span>
      {clients.map(client => (
        <span key={client.client_id}>
          <Link to={`/clients/${client.client_id}`}>{client.name ?? 'a client that is gone'}</Link>{' '}
          <span className="dbapi-Muted">
            {count(client.requests)}
            {client.errors > 0 &&
              `, ${count(client.errors)} ${client.errors === 1 ? 'error' : 'errors'}`}
          </span>
        </span>
      ))}
    </p>
  );
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(rate > 0 && rate < 0.1 ? 1 : 0)} %`;
}
