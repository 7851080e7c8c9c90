import { type ReactElement, type ReactNode, useState } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { DatasourceAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Facts, Page } from '../../components/Page';
import { Loaded } from '../../components/states';
import { type Tab, Tabs } from '../../components/Tabs';
import { useFilters } from '../location';
import { EndpointsOf } from '../parts/EndpointsOf';
import { AccessTag } from './ConnectionList';
import { type Outcome, useTests } from './data';
import { DeleteConnection } from './DeleteConnection';
import { EditConnection } from './EditConnection';
import { PoolFact } from './PoolFact';
import { productOf } from './products';
import { Tables } from './tables/Tables';
import { TestResult } from './TestResult';

const UP = { to: '/connections', title: 'Connections' };

/** One connection: where it leads, what is there, and who uses it. */
export function ConnectionView(props: { id: string }): ReactElement {
  const path = { datasource_id: props.id };
  const query = useApi().query.useQuery('get', '/api/v1/datasources/{datasource_id}', {
    params: { path }
  });
  if (!query.data) {
    return (
      <Page title="Connection" up={UP}>
        <Loaded query={query} what="the connection">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Connection one={query.data} />;
}

function Connection({ one }: { one: DatasourceAnswer }): ReactElement {
  const may = useMay();
  const [filters, setFilters] = useFilters();
  const [outcomes, test] = useTests();
  const tabs: Tab[] = [{ name: 'tables', title: 'Tables', content: () => <Tables of={one} /> }];
  if (may('endpoint', 'read')) {
    const content = (): ReactElement => (
      <EndpointsOf common={{ datasource: one.name }} empty="No endpoint uses this connection" />
    );
    tabs.push({ name: 'endpoints', title: 'Endpoints', content });
  }
  const isTesting = outcomes[one.id]?.state === 'running';
  return (
    <Page
      title={one.name}
      up={UP}
      lead={one.description}
      actions={<Actions one={one} isTesting={isTesting} onTest={() => void test(one.id)} />}
    >
      <div className="dbapi-Card dbapi-Connection-facts">
        <Facts facts={factsOf(one, outcomes[one.id])} />
      </div>
      <Tabs
        label="Parts of the connection"
        tabs={tabs}
        open={filters.get('tab') ?? 'tables'}
        onOpen={tab => setFilters({ tab: tab === 'tables' ? null : tab })}
      />
    </Page>
  );
}

function factsOf(one: DatasourceAnswer, outcome?: Outcome): [string, ReactNode][] {
  const product = productOf(one.product_type);
  const options = Object.entries(one.options).map(([name, value]) => `${name}=${value}`);
  const port = one.port ?? `${product.port ?? ''} (usual)`;
  return [
    ['Product', product.name],
    ...(product.isFile
      ? []
      : ([
          ['Host', <code key="host">{one.host}</code>],
          ['Port', port],
          ['User name', one.username]
        ] as [string, ReactNode][])),
    [product.database[0], <code key="database">{one.database}</code>],
    ['Access', <AccessTag key="access" isReadOnly={one.read_only} />],
    ...(options.length > 0 ? ([['Options', options.join(', ')]] as [string, string][]) : []),
    ['Connections', <PoolFact key="pool" id={one.id} />],
    ['Last test', outcome ? <TestResult key="test" outcome={outcome} /> : 'not tested yet']
  ];
}

function Actions(props: {
  one: DatasourceAnswer;
  isTesting: boolean;
  onTest: () => void;
}): ReactElement {
  const { one } = props;
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const close = (): void => setOpen(null);
  const target = { id: one.id };
  return (
    <>
      {may('datasource', 'execute', target) && (
        <Button icon="run" isBusy={props.isTesting} onClick={props.onTest}>
          Test connection
        </Button>
      )}
      {may('datasource', 'update', target) && (
        <Button icon="edit" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {may('datasource', 'delete', target) && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'edit' && <EditConnection kept={one} onClose={close} />}
      {open === 'delete' && <DeleteConnection one={one} onClose={close} />}
    </>
  );
}
