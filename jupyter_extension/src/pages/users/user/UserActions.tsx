import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay, useMe } from '../../../api/me';
import type { UserAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Link } from '../../../components/Link';
import { Problem } from '../../../components/states';
import { useHost } from '../../../host/host';
import { useRefreshPeople } from '../data';
import { EditUser } from './EditUser';
import { ResetPassword } from './ResetPassword';

type Open = 'edit' | 'password' | 'sessions' | 'delete' | null;

/** What can be done with a user's account, by whoever may. */
export function UserActions({ user }: { user: UserAnswer }): ReactElement {
  const may = useMay();
  const me = useMe().data;
  const host = useHost();
  const { http } = useApi();
  const [open, setOpen] = useState<Open>(null);
  const [error, setError] = useState<unknown>(null);
  const close = (): void => setOpen(null);
  const params = { params: { path: { user_id: user.id } } };
  const unlock = async (): Promise<void> => {
    await http.POST('/api/v1/users/{user_id}/unlock', params);
    host.notify(`${user.username} may try to log in again at once`);
  };
  const isMe = me?.id === user.id;
  return (
    <>
      {isMe && <Link to="/users/me">My account</Link>}
      {may('user', 'update') && (
        <>
          <Button icon="edit" onClick={() => setOpen('edit')}>
            Edit
          </Button>
          {!isMe && <Button onClick={() => setOpen('password')}>Reset password</Button>}
          <Button onClick={() => setOpen('sessions')}>End sessions</Button>
          <Button
            title="Forget logins that failed, so that the next is heard at once"
            onClick={() => void unlock().catch(setError)}
          >
            Unlock
          </Button>
        </>
      )}
      {may('user', 'delete') && !isMe && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      <Problem error={error} />
      {open === 'edit' && <EditUser user={user} onClose={close} />}
      {open === 'password' && <ResetPassword user={user} onClose={close} />}
      {open === 'sessions' && <EndSessions user={user} onClose={close} />}
      {open === 'delete' && <DeleteUser user={user} onClose={close} />}
    </>
  );
}

function EndSessions(props: { user: UserAnswer; onClose: () => void }): ReactElement {
  const { user } = props;
  const { http } = useApi();
  const host = useHost();
  const end = async (): Promise<void> => {
    const params = { path: { user_id: user.id } };
    await http.POST('/api/v1/users/{user_id}/sessions/revoke', { params });
    host.notify(`The sessions of ${user.username} ended`);
  };
  return (
    <Confirm
      title={`End all sessions of ${user.username}?`}
      action="End the sessions"
      onClose={props.onClose}
      onConfirm={end}
    >
      <p>They have to log in again everywhere. Their personal access tokens stay good.</p>
    </Confirm>
  );
}

function DeleteUser(props: { user: UserAnswer; onClose: () => void }): ReactElement {
  const { user } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshPeople();
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/users/{user_id}', { params: { path: { user_id: user.id } } });
    host.open('/users');
    host.notify(`${user.username} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${user.username}?`}
      action="Delete the user"
      word={user.username}
      onClose={props.onClose}
      onConfirm={remove}
    >
      <p>
        Their sessions and personal access tokens end at once
        {user.roles.length > 0 && (
          <>
            , and they lose the {user.roles.length === 1 ? 'role' : 'roles'} {user.roles.join(', ')}
          </>
        )}
        . What they made stays, with their name. To keep the account without access, make it
        inactive instead.
      </p>
    </Confirm>
  );
}
