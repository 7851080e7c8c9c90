import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Tag } from '../../../components/small';
import { useClientsOf } from '../../parts/consumersOf';
import { PagedLinks } from '../../parts/PagedLinks';
import { useRefreshConsumers } from '../data';

/** The clients that are in a group. */
export function Members({ group }: { group: GroupAnswer }): ReactElement {
  const { http } = useApi();
  const may = useMay();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/clients/{client_id}/groups/{group_id}';
  const params = (id: string) => ({ params: { path: { client_id: id, group_id: group.id } } });
  return (
    <PagedLinks
      {...useClientsOf({ group_id: group.id })}
      title="Clients"
      many="clients"
      type="client"
      nameOf={client => client.name}
      show={client => (
        <>
          <Link to={`/clients/${client.id}`}>{client.name}</Link>{' '}
          {!client.is_active && <Tag tone="attention">inactive</Tag>}
        </>
      )}
      none="No client is in this group yet."
      mayAdd={may('client', 'update')}
      mayRemove={may('client', 'update')}
      taking={client => ({
        title: `Take ${client.name} out of ${group.name}?`,
        text: 'It may no longer call what only this group gives it. Calls are refused at once.'
      })}
      onAdd={id => http.PUT(path, params(id)).then(refresh)}
      onRemove={id => http.DELETE(path, params(id)).then(refresh)}
    />
  );
}
