import type { ReactElement } from 'react';

import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { Section } from '../../../components/Page';
import { Tag } from '../../../components/small';
import { Forbidden, Loaded } from '../../../components/states';
import type { MayHere } from '../data';
import { ClientGrants } from './ClientGrants';
import { GroupGrants } from './GroupGrants';
import { useAllClients, useAllGroups } from './useCallers';

/** Who may call the endpoint. */
export function AccessTab(props: { endpoint: EndpointAnswer; may: MayHere }): ReactElement {
  const { endpoint } = props;
  const may = useMay();
  const maySeeClients = may('client', 'read');
  const maySeeGroups = may('group', 'read');
  const clients = useAllClients(maySeeClients);
  const groups = useAllGroups(maySeeGroups);
  // Whoever gives an endpoint to others has to be able to run it.
  const mayGive = props.may('execute');
  return (
    <>
      <Section title="Who may call it">
        <Standing endpoint={endpoint} />
      </Section>
      {!maySeeClients && !maySeeGroups && (
        <Forbidden message="Which clients may call it needs the permission client:read or group:read." />
      )}
      {maySeeClients && (
        <Loaded query={clients} what="clients">
          {found => (
            <ClientGrants
              endpoint={endpoint}
              clients={found}
              groups={groups.data ?? []}
              mayGive={mayGive && may('client', 'update')}
              mayTake={may('client', 'update')}
            />
          )}
        </Loaded>
      )}
      {maySeeGroups && (
        <Loaded query={groups} what="groups">
          {found => (
            <GroupGrants
              endpoint={endpoint}
              groups={found}
              clients={clients.data ?? []}
              mayGive={mayGive && may('group', 'update')}
              mayTake={may('group', 'update')}
            />
          )}
        </Loaded>
      )}
    </>
  );
}

function Standing({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const isPublic = endpoint.access === 'public';
  return (
    <p className="dbapi-Endpoint-row">
      <Tag tone={isPublic ? 'info' : 'neutral'}>{endpoint.access}</Tag>
      <span>
        {isPublic
          ? 'Anybody who reaches the platform may call it; what clients were granted does not matter.'
          : 'Only clients that were granted it, or are in a group that holds it, may call it.'}{' '}
        <span className="dbapi-Muted">
          Change it in the cell: <code>access: {isPublic ? 'private' : 'public'}</code>, then
          publish.
        </span>
      </span>
    </p>
  );
}
