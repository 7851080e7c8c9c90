import type { ReactElement } from 'react';

import type { ApiError } from '../api/errors';
import type { DefinitionAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Diff } from '../components/Diff';
import { Icon } from '../components/icons';
import { FieldChanges } from './FieldChanges';
import { fieldsBetween } from './fields';

/** Somebody changed the draft after it was shown: who, what, and the way on. */
export function ChangedMeanwhile(props: {
  error: ApiError;
  seen: DefinitionAnswer;
  onLookAgain: () => void;
}): ReactElement {
  const { error, seen } = props;
  const current = asDefinition(error.meanwhile?.current);
  const fields = current ? fieldsBetween(seen, current) : [];
  return (
    <div className="dbapi-Publish">
      <p className="dbapi-Problem" role="alert">
        <Icon name="alert" /> Nothing was published. {error.message}
      </p>
      {fields.length > 0 && <FieldChanges fields={fields} />}
      {current && current.content !== seen.content && (
        <Diff
          before={seen.content}
          after={current.content}
          language={current.engine === 'sql' ? 'sql' : 'python'}
          labels={['the draft that you saw', 'the draft now']}
        />
      )}
      <footer className="dbapi-Dialog-foot">
        <Button look="accept" icon="refresh" onClick={props.onLookAgain}>
          Look at what would be published now
        </Button>
      </footer>
    </div>
  );
}

function asDefinition(value: unknown): DefinitionAnswer | null {
  const isOne = typeof value === 'object' && value !== null && 'content' in value;
  return isOne ? (value as DefinitionAnswer) : null;
}
