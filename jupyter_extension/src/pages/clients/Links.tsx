import { type ReactElement, type ReactNode, useState } from 'react';

import type { Findable } from '../../api/resources';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { Section } from '../../components/Page';
import { ResourcePicker } from '../../components/ResourcePicker';
import { Problem } from '../../components/states';

/** What something is given: a list to which more is added by searching, and from which is taken. */
export function Links<T extends { id: string }>(props: {
  title: string;
  /** What one of them is: `endpoint`. */
  type: Findable;
  links: readonly T[];
  nameOf: (link: T) => string;
  show: (link: T) => ReactNode;
  none: ReactNode;
  mayChange: boolean;
  onAdd: (id: string) => Promise<unknown>;
  onRemove: (id: string) => Promise<unknown>;
}): ReactElement {
  const { links, type } = props;
  const [isOpen, setOpen] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const remove = async (id: string): Promise<void> => {
    setBusy(id);
    setError(null);
    await props.onRemove(id).catch(setError);
    setBusy(null);
  };
  return (
    <Section
      title={props.title}
      actions={
        props.mayChange && (
          <Button icon="add" onClick={() => setOpen(true)}>
            Add {type === 'endpoint' ? 'an endpoint' : `a ${type}`}
          </Button>
        )
      }
    >
      <Problem error={error} />
      {links.length === 0 && <div className="dbapi-Muted">{props.none}</div>}
      <ul className="dbapi-Links" aria-label={props.title}>
        {links.map(link => (
          <li key={link.id}>
            {props.show(link)}
            {props.mayChange && (
              <Button
                look="quiet"
                icon="close"
                isBusy={busy === link.id}
                aria-label={`Take away ${props.nameOf(link)}`}
                onClick={() => void remove(link.id)}
              />
            )}
          </li>
        ))}
      </ul>
      {isOpen && (
        <Add
          type={type}
          taken={new Set(links.map(link => link.id))}
          onAdd={props.onAdd}
          onClose={() => setOpen(false)}
        />
      )}
    </Section>
  );
}

function Add(props: {
  type: Findable;
  taken: ReadonlySet<string>;
  onAdd: (id: string) => Promise<unknown>;
  onClose: () => void;
}): ReactElement {
  const { type } = props;
  const [error, setError] = useState<unknown>(null);
  const add = async (id: string): Promise<void> => {
    setError(null);
    await props.onAdd(id).catch(setError);
  };
  return (
    <Dialog title={`Add ${type === 'endpoint' ? 'endpoints' : `${type}s`}`} onClose={props.onClose}>
      <ResourcePicker
        type={type}
        label={`Which ${type}?`}
        taken={props.taken}
        onChoose={option => void add(option.id)}
      />
      <Problem error={error} />
      <footer className="dbapi-Dialog-foot">
        <Button onClick={props.onClose}>Done</Button>
      </footer>
    </Dialog>
  );
}
