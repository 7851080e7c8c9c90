import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { GroupAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Links } from '../../../components/Links';
import { Page } from '../../../components/Page';
import { Route } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { ActiveTag } from '../ActiveTag';
import { useRefreshConsumers } from '../data';
import { DeleteGroup } from './DeleteGroup';
import { EditGroup } from './GroupDialogs';
import { Members } from './Members';

const UP = { to: '/clients/groups', title: 'Groups' };

/** One group: its endpoints, and the clients that may call them. */
export function GroupView(props: { id: string }): ReactElement {
  const params = { params: { path: { group_id: props.id } } };
  const query = useApi().query.useQuery('get', '/api/v1/groups/{group_id}', params);
  if (!query.data) {
    return (
      <Page title="Group" up={UP}>
        <Loaded query={query} what="the group">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Shown group={query.data} />;
}

function Shown({ group }: { group: GroupAnswer }): ReactElement {
  const { http } = useApi();
  const may = useMay();
  const refresh = useRefreshConsumers();
  const path = '/api/v1/groups/{group_id}/endpoints/{endpoint_id}';
  const params = (id: string) => ({ params: { path: { group_id: group.id, endpoint_id: id } } });
  const mayChange = may('group', 'update', { id: group.id });
  return (
    <Page
      title={group.name}
      heading={
        <>
          {group.name} <ActiveTag isActive={group.is_active} />
        </>
      }
      up={UP}
      lead={group.description}
      actions={<Actions group={group} />}
    >
      {!group.is_active && (
        <p className="dbapi-Note">
          An inactive group gives its clients nothing. Edit it to make it active.
        </p>
      )}
      <Links
        title="Endpoints"
        type="endpoint"
        links={group.endpoints}
        nameOf={link => `${link.method} ${link.path}`}
        show={link => (
          <Link to={`/endpoints/${link.id}`}>
            <Route method={link.method} path={link.path} />
          </Link>
        )}
        none="There is no endpoint in this group yet."
        mayAdd={mayChange}
        mayRemove={mayChange}
        taking={link => ({
          title: `Take ${link.method} ${link.path} out of ${group.name}?`,
          text: 'The clients of the group may no longer call it, unless it is given in another way or is public. Calls are refused at once.'
        })}
        onAdd={id => http.PUT(path, params(id)).then(refresh)}
        onRemove={id => http.DELETE(path, params(id)).then(refresh)}
      />
      {may('client', 'read') && <Members group={group} />}
    </Page>
  );
}

function Actions({ group }: { group: GroupAnswer }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      {may('group', 'update', { id: group.id }) && (
        <Button icon="edit" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {may('group', 'delete', { id: group.id }) && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'edit' && <EditGroup group={group} onClose={close} />}
      {open === 'delete' && <DeleteGroup group={group} onClose={close} />}
    </>
  );
}
