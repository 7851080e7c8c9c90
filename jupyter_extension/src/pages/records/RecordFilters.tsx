import { type ReactElement, useState } from 'react';

import { Button } from '../../components/Button';
import { ChoiceFilter, MomentFilter, Segments, TextFilter } from '../../components/filters';
import { useFilters } from '../location';
import { ClientFilter, EndpointFilter } from './pickers';
import {
  cleared,
  type FilterName,
  FILTERS,
  FIRST,
  isFiltered,
  METHODS,
  STATUS
} from './recordFilters';

const CLASSES = [
  ['', 'All'],
  ['2xx', '2xx'],
  ['4xx', '4xx'],
  ['5xx', '5xx']
] as const;

/** What records are found by; all of it is in the page's location. */
export function RecordFilters(): ReactElement {
  const [filters, change] = useFilters();
  const status = filters.get('status')?.toLowerCase() ?? '';
  const rest = FILTERS.filter(name => !FIRST.includes(name) && filters.get(name));
  const isClass = CLASSES.some(([value]) => value === status);
  const hidden = rest.length + (isClass ? 0 : 1);
  const [isWide, setWide] = useState(hidden > 0);
  return (
    <div role="search">
      <div className="dbapi-Filters">
        <Segments
          label="Status"
          value={CLASSES.find(([value]) => value === status)?.[0] ?? ('none' as '')}
          options={CLASSES}
          onChange={value => change({ status: value })}
        />
        <EndpointFilter
          value={filters.get('endpoint_id')}
          onChange={id => change({ endpoint_id: id })}
        />
        <ClientFilter value={filters.get('client_id')} onChange={id => change({ client_id: id })} />
        <Text name="path" label="Path begins with" placeholder="sales/orders" />
        <MomentFilter
          label="From"
          value={filters.get('from')}
          onChange={from => change({ from })}
        />
        <Button icon="filter" aria-expanded={isWide} onClick={() => setWide(!isWide)}>
          {hidden > 0 ? `More (${hidden})` : 'More'}
        </Button>
        {isFiltered(filters) && (
          <Button
            look="quiet"
            icon="close"
            aria-label="Clear all filters"
            onClick={() => change(cleared())}
          />
        )}
      </div>
      {isWide && <More />}
    </div>
  );
}

function More(): ReactElement {
  const [filters, change] = useFilters();
  return (
    <div className="dbapi-Filters dbapi-mod-more">
      <MomentFilter label="To" value={filters.get('to')} onChange={to => change({ to })} />
      <TextFilter
        label="Status"
        value={filters.get('status')}
        placeholder="404"
        pattern={STATUS}
        onChange={status => change({ status })}
      />
      <ChoiceFilter
        label="Method"
        value={filters.get('method')}
        any="Any method"
        options={METHODS.map(method => [method, method])}
        onChange={method => change({ method })}
      />
      <Text name="ip_address" label="IP or network" placeholder="10.0.0.0/8" />
      <Text name="error_code" label="Error code" placeholder="not_found" />
      <Text name="request_id" label="Request id" />
      <TextFilter
        label="Slower than (ms)"
        type="number"
        value={filters.get('min_duration_ms')}
        placeholder="500"
        pattern={[/^\d+(\.\d+)?$/, 'Write a number of milliseconds']}
        onChange={slow => change({ min_duration_ms: slow })}
      />
    </div>
  );
}

function Text(props: { name: FilterName; label: string; placeholder?: string }): ReactElement {
  const [filters, change] = useFilters();
  const { name, ...rest } = props;
  return (
    <TextFilter {...rest} value={filters.get(name)} onChange={text => change({ [name]: text })} />
  );
}
