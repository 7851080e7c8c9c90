import type { ReactElement } from 'react';

import { Tag } from '../../components/small';

/** Whether something counts, or is kept without effect. */
export function ActiveTag(props: { isActive: boolean }): ReactElement {
  return (
    <Tag tone={props.isActive ? 'good' : 'neutral'}>{props.isActive ? 'active' : 'inactive'}</Tag>
  );
}
