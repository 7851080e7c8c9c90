import type { MouseEvent, ReactElement, ReactNode } from 'react';

import { useHost } from '../host/host';

/** A link to a page; a new tab and copying work as with any other. */
export function Link(props: {
  to: string;
  children: ReactNode;
  className?: string;
  isCurrent?: boolean;
}): ReactElement {
  const host = useHost();
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    host.open(props.to);
  };
  return (
    <a
      className={`dbapi-Link ${props.className ?? ''}`}
      href={host.href(props.to)}
      onClick={open}
      aria-current={props.isCurrent ? 'page' : undefined}
    >
      {props.children}
    </a>
  );
}
