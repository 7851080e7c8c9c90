import type { ReactElement } from 'react';

import { Tag } from '../../../components/small';

/** Whether the endpoints of a module answer. */
export function ActiveTag(props: { isActive: boolean }): ReactElement {
  return props.isActive ? (
    <Tag tone="good">active</Tag>
  ) : (
    <Tag tone="attention" title="Its endpoints answer 404">
      inactive
    </Tag>
  );
}
