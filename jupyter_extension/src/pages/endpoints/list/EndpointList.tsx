import type { ReactElement } from 'react';

import { Page } from '../../../components/Page';
import { count } from '../../../components/small';
import { Empty, Failed, Loading } from '../../../components/states';
import { Button } from '../../../components/Button';
import { useHost } from '../../../host/host';
import { useFilters } from '../../location';
import { EndpointFilters } from './EndpointFilters';
import { EndpointTable } from './EndpointTable';
import { FirstEndpoint } from './FirstEndpoint';
import { FILTERS, type Endpoints, useEndpoints } from './useEndpoints';

/** All endpoints, to be searched and narrowed. */
export function EndpointList(): ReactElement {
  const [filters, change] = useFilters();
  const found = useEndpoints(filters);
  const isNarrowed = FILTERS.some(name => filters.has(name));
  const clear = (): void => change(Object.fromEntries(FILTERS.map(name => [name, null])));
  const isNone = found.total === 0 && !isNarrowed;
  return (
    <Page title="Endpoints" lead="What programs can call: each is a query or a script, published.">
      {!isNone && <EndpointFilters filters={filters} onChange={change} />}
      {isNone ? <FirstEndpoint /> : <Found found={found} isNarrowed={isNarrowed} onClear={clear} />}
    </Page>
  );
}

function Found(props: {
  found: Endpoints;
  isNarrowed: boolean;
  onClear: () => void;
}): ReactElement {
  const { found } = props;
  const host = useHost();
  const { rows, total, query } = found;
  if (query.isPending) return <Loading what="endpoints" />;
  if (query.isError && rows.length === 0) {
    return <Failed error={query.error} retry={() => void query.refetch()} />;
  }
  if (rows.length === 0) {
    return (
      <Empty icon="search" title="No endpoint fits">
        <Button onClick={props.onClear}>Clear the search and filters</Button>
      </Empty>
    );
  }
  return (
    <>
      <EndpointTable
        rows={rows}
        total={total}
        onEnd={found.loadMore}
        onOpen={row => host.open(`/endpoints/${row.id}`)}
      />
      <p className="dbapi-Endpoint-count dbapi-Muted" role="status">
        {count(total ?? rows.length)} {total === 1 ? 'endpoint' : 'endpoints'}
        {query.isError && rows.length > 0 && (
          <Button look="quiet" icon="refresh" onClick={found.loadMore}>
            The rest could not be loaded. Try again
          </Button>
        )}
      </p>
    </>
  );
}
