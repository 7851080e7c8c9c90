import type { ReactElement } from 'react';

import { firstCell } from '../../../texts/cellText';
import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import { Button } from '../../../components/Button';
import { Code } from '../../../components/Code';
import { Copy } from '../../../components/small';
import { Empty } from '../../../components/states';
import { useHost } from '../../../host/host';

/** What stands where no endpoint is yet: how the first one is made. */
export function FirstEndpoint(): ReactElement {
  const may = useMay();
  const { notebooks } = useHost();
  const datasources = useApi().query.useQuery(
    'get',
    '/api/v1/datasources',
    {},
    { enabled: may('datasource', 'read') }
  );
  const mayMake = may('endpoint', 'update') || may('endpoint', 'create');
  if (!mayMake) {
    return (
      <Empty icon="endpoint" title="There is no endpoint that you may see">
        <p>Endpoints are made in notebooks by those who may. Ask an administrator for a role.</p>
      </Empty>
    );
  }
  const cell = firstCell(datasources.data?.items[0]?.name ?? 'shop');
  return (
    <Empty icon="endpoint" title="Make the first endpoint in a notebook">
      <p>
        Run this cell: it saves a draft and shows what it answers. <code>%dbapi publish</code> makes
        it live.
      </p>
      <div className="dbapi-Endpoint-first">
        <Code text={cell} language="sql" label="A first cell" />
      </div>
      <div className="dbapi-Page-actions">
        {notebooks && (
          <Button look="accept" icon="add" onClick={() => notebooks.insertCells(cell)}>
            Insert into the notebook
          </Button>
        )}
        <Copy text={cell} label="Copy the cell" />
      </div>
    </Empty>
  );
}
