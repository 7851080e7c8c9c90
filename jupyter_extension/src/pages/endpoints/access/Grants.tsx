import { type ReactElement, type ReactNode, useState } from 'react';

import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Section } from '../../../components/Page';
import { GrantDialog } from './GrantDialog';

export interface Grantee {
  id: string;
  name: string;
  description: string | null;
}

/** Who was given an endpoint, to be given to more and taken away. */
export function Grants<T extends Grantee>(props: {
  title: string;
  noun: 'client' | 'group';
  endpoint: EndpointAnswer;
  all: readonly T[];
  granted: readonly T[];
  mayGive: boolean;
  mayTake: boolean;
  onGive: (id: string) => Promise<void>;
  onTake: (id: string) => Promise<void>;
  about: (one: T) => ReactNode;
  /** Further lines, of who has it in another way. */
  children?: ReactNode[];
}): ReactElement {
  const { noun, granted, endpoint } = props;
  const [taken, setTaken] = useState<T | null>(null);
  const [isGiving, setGiving] = useState(false);
  const others = props.all.filter(one => !granted.includes(one));
  const isNone = granted.length === 0 && (props.children ?? []).length === 0;
  const give = props.mayGive && (
    <Button icon="add" onClick={() => setGiving(true)}>
      {noun === 'client' ? 'Grant a client' : 'Put into a group'}
    </Button>
  );
  return (
    <Section title={`${props.title} (${granted.length})`} actions={give}>
      {isNone && <p className="dbapi-Muted">No {noun} has it yet.</p>}
      {!isNone && (
        <ul className="dbapi-Grants">
          {granted.map(one => (
            <li key={one.id}>
              <span>{props.about(one)}</span>
              {props.mayTake && (
                <Button look="quiet" onClick={() => setTaken(one)}>
                  {noun === 'client' ? 'Revoke' : 'Take out'}
                </Button>
              )}
            </li>
          ))}
          {props.children}
        </ul>
      )}
      {isGiving && (
        <GrantDialog
          noun={noun}
          endpoint={endpoint}
          others={others}
          onGive={props.onGive}
          onClose={() => setGiving(false)}
        />
      )}
      {taken && (
        <Confirm
          title={
            noun === 'client' ? `Revoke it from ${taken.name}?` : `Take it out of ${taken.name}?`
          }
          action={noun === 'client' ? 'Revoke' : 'Take out'}
          onClose={() => setTaken(null)}
          onConfirm={() => props.onTake(taken.id)}
        >
          <p>
            {noun === 'client' ? taken.name : `The clients of ${taken.name}`} may no longer call{' '}
            {endpoint.method} {endpoint.path}
            {endpoint.access === 'public'
              ? ' once it is private; it is public now'
              : ', unless they have it in another way. Calls are refused at once'}
            .
          </p>
        </Confirm>
      )}
    </Section>
  );
}
