import type { ReactElement } from 'react';

import { useMay } from '../../../api/me';
import type { EndpointAnswer } from '../../../api/schema';
import { Section } from '../../../components/Page';
import { Tag } from '../../../components/small';
import { Forbidden } from '../../../components/states';
import type { MayHere } from '../data';
import { ClientGrants } from './ClientGrants';
import { GroupGrants } from './GroupGrants';

/** Who may call the endpoint. */
export function AccessTab(props: { endpoint: EndpointAnswer; may: MayHere }): ReactElement {
  const { endpoint } = props;
  const may = useMay();
  const maySeeClients = may('client', 'read');
  const maySeeGroups = may('group', 'read');
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
        <ClientGrants
          endpoint={endpoint}
          mayGive={mayGive && may('client', 'update')}
          mayTake={may('client', 'update')}
        />
      )}
      {maySeeGroups && (
        <GroupGrants
          endpoint={endpoint}
          mayGive={mayGive && may('group', 'update')}
          mayTake={may('group', 'update')}
        />
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
