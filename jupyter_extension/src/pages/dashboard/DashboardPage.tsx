import { type ReactElement, useRef } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { OverviewAnswer, TrafficAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { ChoiceFilter, Segments } from '../../components/filters';
import { Icon } from '../../components/icons';
import { Page } from '../../components/Page';
import { count } from '../../components/small';
import { Loaded } from '../../components/states';
import { useVisible } from '../../components/visible';
import { useFilters } from '../location';
import { Counts } from './Counts';
import { type Span, SPANS } from './figures';
import { FirstCall } from './FirstCall';
import { Recent } from './Recent';
import { Tops } from './Tops';
import { Traffic } from './Traffic';

const MINUTE_MS = 60_000;

/** What there is, what was asked of it, and what happened last. */
export default function DashboardPage(): ReactElement {
  const { query } = useApi();
  const [filters, change] = useFilters();
  const place = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(place);
  const span = SPANS.find(([days]) => days === filters.get('days'))?.[0] ?? '7';
  const module = filters.get('module');
  const overview = query.useQuery(
    'get',
    '/api/v1/overview',
    { params: { query: { days: Number(span), ...(module && { module }) } } },
    { refetchInterval: isVisible && MINUTE_MS, placeholderData: before => before }
  );
  return (
    <Page
      title="Dashboard"
      lead={<Freshness traffic={overview.data?.traffic} at={overview.dataUpdatedAt} />}
      actions={
        <>
          <ModuleChoice value={module} onChange={name => change({ module: name })} />
          <Segments
            label="Days"
            value={span}
            options={SPANS}
            onChange={days => change({ days: days === '7' ? null : days })}
          />
          <Button
            icon="refresh"
            aria-label="Refresh"
            isBusy={overview.isFetching}
            onClick={() => void overview.refetch()}
          />
        </>
      }
    >
      <div ref={place}>
        <Loaded query={overview} what="the overview">
          {data => <Overview overview={data} span={span} module={module} />}
        </Loaded>
      </div>
    </Page>
  );
}

function Overview(props: {
  overview: OverviewAnswer;
  span: Span;
  module: string | null;
}): ReactElement {
  const { overview, span, module } = props;
  return (
    <>
      <Counts overview={overview} module={module} />
      {overview.traffic.requests === 0 ? (
        <FirstCall module={module} isToday={span === '1'} />
      ) : (
        <>
          <Traffic traffic={overview.traffic} span={span} />
          <Tops traffic={overview.traffic} />
        </>
      )}
      <Recent overview={overview} />
    </>
  );
}

function Freshness(props: { traffic: TrafficAnswer | undefined; at: number }): ReactElement {
  const { traffic } = props;
  if (!traffic) return <>&nbsp;</>;
  if (traffic.is_complete) return <>As of {timeOf(props.at)}; refreshed every minute</>;
  const as = traffic.as_of ? `as of ${new Date(traffic.as_of).toLocaleString()}` : 'incomplete';
  return (
    <span role="status">
      <Icon name="alert" /> Figures are {as}: {count(traffic.pending)} requests are still being
      counted
    </span>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function ModuleChoice(props: {
  value: string | null;
  onChange: (name: string | null) => void;
}): ReactElement | null {
  const { query } = useApi();
  const isAllowed = useMay()('module', 'read');
  const modules = query.useQuery('get', '/api/v1/modules', {}, { enabled: isAllowed });
  const names = modules.data?.items.map(module => module.name) ?? [];
  if (!isAllowed) return null;
  const known = props.value && !names.includes(props.value) ? [...names, props.value] : names;
  return (
    <ChoiceFilter
      label="Module"
      value={props.value}
      any="All modules"
      options={known.map(name => [name, name])}
      onChange={props.onChange}
    />
  );
}
