import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Link } from '../../../components/Link';
import { Loaded } from '../../../components/states';
import { useRefreshConsumers } from '../data';
import { Links } from '../Links';
import { membersOf, useClients } from './members';

/** The clients that are in a group. */
export function Members({ group }: { group: GroupAnswer }): ReactElement {
  const { http } = useApi();
  const may = useMay();
  const refresh = useRefreshConsumers();
  const clients = useClients();
  const path = '/api/v1/clients/{client_id}/groups/{group_id}';
  const params = (id: string) => ({ params: { path: { client_id: id, group_id: group.id } } });
  return (
    <Loaded query={clients} what="its clients">
      {page => (
        <>
          <Links
            title="Clients"
            type="client"
            links={membersOf(page, group.id)}
            nameOf={client => client.name}
            show={client => (
              <Link to={`/clients/${client.id}`}>
                {client.name}
                {!client.is_active && ' (inactive)'}
              </Link>
            )}
            none="No client is in this group yet."
            mayChange={may('client', 'update')}
            onAdd={id => http.PUT(path, params(id)).then(refresh)}
            onRemove={id => http.DELETE(path, params(id)).then(refresh)}
          />
          {page.next && (
            <p className="dbapi-Muted">
              Only the first {page.items.length} clients were looked at.
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}
