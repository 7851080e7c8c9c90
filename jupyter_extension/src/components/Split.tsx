import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';

import { Button } from './Button';

/** A list, and beside it the one that was opened. */
export function Split(props: { children: ReactNode; panel: ReactNode }): ReactElement {
  return (
    <div className={`dbapi-Split ${props.panel ? 'dbapi-mod-open' : ''}`}>
      <div className="dbapi-Split-list">{props.children}</div>
      {props.panel}
    </div>
  );
}

/** What was opened of a list; Escape closes it. */
export function Panel(props: {
  title: ReactNode;
  label: string;
  onClose: () => void;
  children: ReactNode;
}): ReactElement {
  const { onClose } = props;
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const isElsewhere = event.target instanceof Element && event.target.closest('dialog');
      if (event.key === 'Escape' && !isElsewhere) close.current();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return (
    <aside className="dbapi-Panel" aria-label={props.label}>
      <header>
        <h2>{props.title}</h2>
        <Button look="quiet" icon="close" aria-label="Close" onClick={onClose} />
      </header>
      {/* Whoever has no pointer scrolls it with the arrow keys. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="dbapi-Panel-body" tabIndex={0} role="region" aria-label={props.label}>
        {props.children}
      </div>
    </aside>
  );
}
