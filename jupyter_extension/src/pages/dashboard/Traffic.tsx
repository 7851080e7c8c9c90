import type { ReactElement } from 'react';

import type { TrafficAnswer } from '../../api/schema';
import { useMay } from '../../api/me';
import { Chart, type Series } from '../../components/Chart';
import { Link } from '../../components/Link';
import { Section } from '../../components/Page';
import { count, milliseconds, StatusTag } from '../../components/small';
import { at } from '../locations';
import { percent, pointsOf, type Span } from './figures';

const SERIES: readonly Series[] = [
  { key: 'answered', name: 'Answered', color: 'var(--jp-brand-color1)' },
  { key: 'failed', name: 'Errors', color: 'var(--jp-error-color1)' }
];

/** How much was asked, how it was answered, and how fast. */
export function Traffic(props: { traffic: TrafficAnswer; span: Span }): ReactElement {
  const { traffic, span } = props;
  return (
    <>
      <Figures traffic={traffic} />
      <div className="dbapi-Grid dbapi-mod-wideFirst">
        <Section title={span === '1' ? 'Requests by hour' : 'Requests by day (UTC)'}>
          <div className="dbapi-Card">
            <Chart
              label="Requests, those answered and those that were errors"
              points={pointsOf(traffic, span)}
              series={SERIES}
              kind="bar"
              isStacked
              height={208}
            />
          </div>
        </Section>
        <Section title="Statuses">
          <div className="dbapi-Card">
            <Statuses traffic={traffic} />
          </div>
        </Section>
      </div>
    </>
  );
}

function Figures({ traffic }: { traffic: TrafficAnswer }): ReactElement {
  const { requests, errors, latency } = traffic;
  const figures: readonly (readonly [string, string, string])[] = [
    ['Requests', count(requests), ''],
    ['Errors', count(errors), percent(errors, requests)],
    ['p50', milliseconds(latency.p50_ms), 'half are faster'],
    ['p95', milliseconds(latency.p95_ms), '1 in 20 is slower'],
    ['p99', milliseconds(latency.p99_ms), '1 in 100 is slower'],
    ['Average', milliseconds(latency.average_ms), '']
  ];
  return (
    <dl className="dbapi-Figures">
      {figures.map(([name, value, more]) => (
        <div key={name} className="dbapi-Card">
          <dt>{name}</dt>
          <dd>
            {value} <small className="dbapi-Muted">{more}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Statuses({ traffic }: { traffic: TrafficAnswer }): ReactElement {
  const may = useMay();
  const statuses = Object.entries(traffic.statuses).sort(([, one], [, two]) => two - one);
  const isLinked = may('access_record', 'read');
  return (
    <ul className="dbapi-Shares">
      {statuses.map(([status, requests]) => {
        const tag = <StatusTag status={Number(status)} />;
        return (
          <li key={status}>
            {isLinked ? (
              <Link to={at('/records', { status, from: traffic.start })}>{tag}</Link>
            ) : (
              tag
            )}
            <meter min={0} max={traffic.requests} value={requests} aria-hidden="true" />
            <span>{count(requests)}</span>
            <span className="dbapi-Muted">{percent(requests, traffic.requests)}</span>
          </li>
        );
      })}
    </ul>
  );
}
