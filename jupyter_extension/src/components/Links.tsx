import { type ReactElement, type ReactNode, useState } from 'react';

import type { Findable } from '../api/resources';
import { Button } from './Button';
import { Confirm, Dialog } from './Dialog';
import { Section } from './Page';
import { ResourcePicker } from './ResourcePicker';
import { Problem } from './states';

export interface LinksProps<T> {
  title: string;
  /** What one of them is: `endpoint`. */
  type: Findable;
  links: readonly T[];
  nameOf: (link: T) => string;
  show: (link: T) => ReactNode;
  /** What is shown instead of a list that is empty. */
  none: ReactNode;
  mayAdd: boolean;
  mayRemove: boolean;
  /** Those that are here in another way are not taken away here. */
  isOwn?: (link: T) => boolean;
  /** Asked before one is taken away: what is taken from whom, and what that means. */
  taking: (link: T) => { title: string; text: string };
  onAdd: (id: string) => Promise<unknown>;
  onRemove: (id: string) => Promise<unknown>;
  /** Around the list, where it is not whole: a search, and what shows more. */
  above?: ReactNode;
  below?: ReactNode;
}

/** What something is given: a list to which more is added by searching, and from which is taken. */
export function Links<T extends { id: string }>(props: LinksProps<T>): ReactElement {
  const { links, type, nameOf, isOwn = () => true } = props;
  const [isOpen, setOpen] = useState(false);
  const [taken, setTaken] = useState<T | null>(null);
  return (
    <Section
      title={props.title}
      actions={
        props.mayAdd && (
          <Button icon="add" onClick={() => setOpen(true)}>
            Add {type === 'endpoint' ? 'an endpoint' : `a ${type}`}
          </Button>
        )
      }
    >
      {props.above}
      {links.length === 0 && <div className="dbapi-Muted">{props.none}</div>}
      <ul className="dbapi-Links" aria-label={props.title}>
        {links.map(link => (
          <li key={link.id}>
            <span>{props.show(link)}</span>
            {props.mayRemove && isOwn(link) && (
              <Button
                look="quiet"
                icon="close"
                aria-label={`Take away ${nameOf(link)}`}
                onClick={() => setTaken(link)}
              />
            )}
          </li>
        ))}
      </ul>
      {props.below}
      {isOpen && (
        <Add
          type={type}
          taken={new Set(links.filter(isOwn).map(link => link.id))}
          onAdd={props.onAdd}
          onClose={() => setOpen(false)}
        />
      )}
      {taken && (
        <Confirm
          title={props.taking(taken).title}
          action="Take away"
          onClose={() => setTaken(null)}
          onConfirm={() => props.onRemove(taken.id)}
        >
          <p>{props.taking(taken).text}</p>
        </Confirm>
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
  // What a list that is not whole does not show was added here all the same.
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set());
  const add = async (id: string): Promise<void> => {
    setError(null);
    try {
      await props.onAdd(id);
      setAdded(before => new Set([...before, id]));
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <Dialog title={`Add ${type === 'endpoint' ? 'endpoints' : `${type}s`}`} onClose={props.onClose}>
      <ResourcePicker
        type={type}
        label={`Which ${type}?`}
        taken={new Set([...props.taken, ...added])}
        onChoose={option => void add(option.id)}
      />
      <Problem error={error} />
      <footer className="dbapi-Dialog-foot">
        <Button onClick={props.onClose}>Done</Button>
      </footer>
    </Dialog>
  );
}
