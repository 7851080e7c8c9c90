import { type ReactElement, useState } from 'react';

import type { PermissionAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Section } from '../../../components/Page';
import { Tag } from '../../../components/small';
import { AddOne } from './AddOne';
import { type Grant, keyOf, typeWords } from './grants';
import type { Editing } from './usePermissions';

interface One {
  type: string;
  id: string;
  name: string | null;
  grants: Grant[];
}

/** The permissions on single resources, a line for each resource. */
export function OneGrants(props: {
  catalogue: readonly PermissionAnswer[];
  editing: Editing;
  mayChange: boolean;
}): ReactElement {
  const { editing, mayChange } = props;
  const [isOpen, setOpen] = useState(false);
  const ones = onesOf(editing.now);
  return (
    <Section
      title="For single resources"
      actions={
        mayChange && (
          <Button icon="add" onClick={() => setOpen(true)}>
            Add a resource
          </Button>
        )
      }
    >
      {ones.length === 0 && (
        <p className="dbapi-Muted">
          None. A permission on one module covers every endpoint and macro in it.
        </p>
      )}
      <ul className="dbapi-Links" aria-label="Permissions on single resources">
        {ones.map(one => (
          <li key={`${one.type}:${one.id}`}>
            <span className="dbapi-Muted">{typeWords(one.type)}</span>
            <span className="dbapi-Links-name">{one.name ?? 'a resource that is gone'}</span>
            {one.grants.map(grant => (
              <Tag key={grant.action} tone={editing.wasThere(keyOf(grant)) ? 'neutral' : 'info'}>
                {grant.action}
              </Tag>
            ))}
            {mayChange && (
              <Button
                look="quiet"
                icon="close"
                aria-label={`Take away ${one.name ?? one.id}`}
                onClick={() => editing.set(one.grants, false)}
              />
            )}
          </li>
        ))}
      </ul>
      {isOpen && (
        <AddOne
          catalogue={props.catalogue}
          onClose={() => setOpen(false)}
          onAdd={grants => editing.set(grants, true)}
        />
      )}
    </Section>
  );
}

function onesOf(grants: ReadonlyMap<string, Grant>): One[] {
  const ones = new Map<string, One>();
  for (const grant of grants.values()) {
    const { type, id, name } = grant;
    if (id === null) continue;
    const one = ones.get(`${type}:${id}`) ?? { type, id, name, grants: [] };
    one.grants.push(grant);
    ones.set(`${type}:${id}`, one);
  }
  return [...ones.values()];
}
