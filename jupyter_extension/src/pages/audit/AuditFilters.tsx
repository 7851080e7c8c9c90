import { type ReactElement, useState } from 'react';

import { Button } from '../../components/Button';
import { ChoiceFilter, MomentFilter, TextFilter } from '../../components/filters';
import { useFilters } from '../location';
import {
  CHANGES,
  cleared,
  type FilterName,
  FILTERS,
  FIRST,
  isFiltered,
  RESOURCES,
  VIA
} from './auditFilters';

/** What entries are found by; all of it is in the page's location. */
export function AuditFilters(): ReactElement {
  const [filters, change] = useFilters();
  const rest = FILTERS.filter(name => !FIRST.includes(name) && filters.get(name));
  const [isWide, setWide] = useState(rest.length > 0);
  return (
    <div role="search">
      <div className="dbapi-Filters">
        <Text name="actor" label="Who" placeholder="User name" />
        <Choice name="resource_type" label="What" any="Anything" options={RESOURCES} />
        <Choice name="change" label="Change" any="Any change" options={CHANGES} />
        <Text name="action" label="Action" placeholder="versions.publish" />
        <MomentFilter
          label="From"
          value={filters.get('from')}
          onChange={from => change({ from })}
        />
        <Button icon="filter" aria-expanded={isWide} onClick={() => setWide(!isWide)}>
          {rest.length > 0 ? `More (${rest.length})` : 'More'}
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
      {isWide && (
        <div className="dbapi-Filters dbapi-mod-more">
          <MomentFilter label="To" value={filters.get('to')} onChange={to => change({ to })} />
          <Text name="resource_id" label="Resource id" />
          <Choice name="via" label="Via" any="Any way" options={VIA.map(way => [way, way])} />
          <Text name="request_id" label="Request id" />
        </div>
      )}
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

function Choice(props: {
  name: FilterName;
  label: string;
  any: string;
  options: readonly (readonly [string, string])[];
}): ReactElement {
  const [filters, change] = useFilters();
  const { name, ...rest } = props;
  return (
    <ChoiceFilter {...rest} value={filters.get(name)} onChange={one => change({ [name]: one })} />
  );
}
