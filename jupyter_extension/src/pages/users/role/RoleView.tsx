import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { RoleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Link } from '../../../components/Link';
import { Page } from '../../../components/Page';
import { count } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { DeleteRole, EditRole } from './RoleDialogs';
import { Permissions } from './Permissions';

const UP = { to: '/users/roles', title: 'Roles' };
// The platform keeps this one as it is.
const FIXED = 'Admin';

/** One role: what it allows. */
export function RoleView(props: { id: string }): ReactElement {
  const params = { params: { path: { role_id: props.id } } };
  const query = useApi().query.useQuery('get', '/api/v1/roles/{role_id}', params);
  if (!query.data) {
    return (
      <Page title="Role" up={UP}>
        <Loaded query={query} what="the role">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Shown role={query.data} />;
}

function Shown({ role }: { role: RoleAnswer }): ReactElement {
  const catalogue = useApi().query.useQuery('get', '/api/v1/permissions', {});
  const may = useMay();
  const isFixed = role.name === FIXED;
  return (
    <Page
      title={role.name}
      up={UP}
      lead={role.description}
      actions={!isFixed && <Actions role={role} />}
    >
      <p className="dbapi-Lead">
        <Link to={`/users?role=${encodeURIComponent(role.name)}`}>
          {role.users === 1 ? 'One user has it' : `${count(role.users)} users have it`}
        </Link>
      </p>
      {isFixed && (
        <p className="dbapi-Note">
          The role Admin holds everything, and can be neither changed nor deleted.
        </p>
      )}
      <Loaded query={catalogue} what="permissions">
        {page => (
          <Permissions
            role={role}
            catalogue={page.items}
            mayChange={!isFixed && may('role', 'update')}
          />
        )}
      </Loaded>
    </Page>
  );
}

function Actions({ role }: { role: RoleAnswer }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      {may('role', 'update') && (
        <Button icon="edit" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {may('role', 'delete') && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'edit' && <EditRole role={role} onClose={close} />}
      {open === 'delete' && <DeleteRole role={role} onClose={close} />}
    </>
  );
}
