import type { ReactElement } from 'react';

import type { PermissionAnswer, RoleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Section } from '../../../components/Page';
import { Problem } from '../../../components/states';
import { type Grant, grantsOf, difference, wordsOf } from './grants';
import { Matrix } from './Matrix';
import { OneGrants } from './OneGrants';
import { type Editing, usePermissions } from './usePermissions';

/** All that a role allows: for all of a type, and for single resources. */
export function Permissions(props: {
  role: RoleAnswer;
  catalogue: readonly PermissionAnswer[];
  mayChange: boolean;
}): ReactElement {
  const { catalogue, mayChange } = props;
  const editing = usePermissions(props.role);
  const isChanged = editing.added.length + editing.removed.length > 0;
  return (
    <>
      <Section title="For all resources of a type">
        <Matrix catalogue={catalogue} editing={editing} mayChange={mayChange} />
      </Section>
      <OneGrants catalogue={catalogue} editing={editing} mayChange={mayChange} />
      {isChanged && <Unsaved editing={editing} />}
    </>
  );
}

function Unsaved({ editing }: { editing: Editing }): ReactElement {
  const { added, removed, theirs } = editing;
  const number = added.length + removed.length;
  return (
    <div className="dbapi-Unsaved" role="region" aria-label="Unsaved changes">
      <div>
        <strong>
          {number} unsaved {number === 1 ? 'change' : 'changes'}
        </strong>
        <Words title="Gives" grants={added} />
        <Words title="Takes away" grants={removed} />
        <Problem error={editing.error} />
        {theirs && <WhatTheyDid editing={editing} />}
      </div>
      <Button onClick={editing.discard}>Discard</Button>
      <Button look="accept" isBusy={editing.isBusy} onClick={() => void editing.save()}>
        Save
      </Button>
    </div>
  );
}

function Words(props: { title: string; grants: readonly Grant[] }): ReactElement | null {
  if (props.grants.length === 0) return null;
  return (
    <p>
      {props.title}: {props.grants.map(wordsOf).join(', ')}
    </p>
  );
}

// What saving again would undo.
function WhatTheyDid({ editing }: { editing: Editing }): ReactElement | null {
  const current = editing.theirs?.current as RoleAnswer | null;
  if (!current) return null;
  const { added, removed } = difference(grantsOf(current.permissions), editing.now);
  return (
    <>
      <p>Compared with what is there now, saving again:</p>
      <Words title="gives" grants={added} />
      <Words title="takes away" grants={removed} />
    </>
  );
}
