import type { ReactElement } from 'react';

import type { UserAnswer } from '../../../api/schema';
import { Tag } from '../../../components/small';

/** Whether a user can log in, and whether they may do everything. */
export function UserTags({ user }: { user: UserAnswer }): ReactElement {
  return (
    <>
      <Tag tone={user.is_active ? 'good' : 'neutral'}>{user.is_active ? 'active' : 'inactive'}</Tag>
      {user.is_superuser && (
        <>
          {' '}
          <Tag tone="attention" title="May do everything, whatever their roles">
            superuser
          </Tag>
        </>
      )}
    </>
  );
}
