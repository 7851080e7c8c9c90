import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { patch } from '../../../api/changes';
import { useMay } from '../../../api/me';
import type { ClientAnswer, ClientPatch } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Problem } from '../../../components/states';
import { useHost } from '../../../host/host';
import { useRefreshConsumers } from '../data';
import { DeleteClient } from './DeleteClient';
import { EditClient } from './EditClient';
import { ReplaceSecret } from './ReplaceSecret';

type Open = 'edit' | 'secret' | 'deactivate' | 'delete' | null;

/** What can be done with a client, by whoever may. */
export function ClientActions({ client }: { client: ClientAnswer }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<Open>(null);
  const [error, setError] = useState<unknown>(null);
  const setActive = useSetActive(client);
  const close = (): void => setOpen(null);
  const mayChange = may('client', 'update', { id: client.id });
  const activate = async (): Promise<void> => {
    setError(null);
    await setActive(true).catch(setError);
  };
  return (
    <>
      {mayChange && (
        <>
          <Button icon="edit" onClick={() => setOpen('edit')}>
            Edit
          </Button>
          <Button icon="role" onClick={() => setOpen('secret')}>
            Replace the secret
          </Button>
          <Button onClick={() => (client.is_active ? setOpen('deactivate') : void activate())}>
            {client.is_active ? 'Deactivate' : 'Activate'}
          </Button>
        </>
      )}
      {may('client', 'delete', { id: client.id }) && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      <Problem error={error} />
      {open === 'edit' && <EditClient client={client} onClose={close} />}
      {open === 'secret' && <ReplaceSecret client={client} onClose={close} />}
      {open === 'delete' && <DeleteClient client={client} onClose={close} />}
      {open === 'deactivate' && (
        <Confirm
          title={`Deactivate ${client.name}?`}
          action="Deactivate the client"
          onClose={close}
          onConfirm={() => setActive(false)}
        >
          <p>
            All its calls are refused at once, until it is activated again. What it may call and its
            secret are kept.
          </p>
        </Confirm>
      )}
    </>
  );
}

function useSetActive(client: ClientAnswer): (isActive: boolean) => Promise<void> {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConsumers();
  return async isActive => {
    await http.PATCH('/api/v1/clients/{client_id}', {
      params: { path: { client_id: client.id } },
      body: patch<ClientPatch>({ is_active: isActive })
    });
    await refresh();
    host.notify(`${client.name} is ${isActive ? 'active' : 'inactive'} now`);
  };
}
