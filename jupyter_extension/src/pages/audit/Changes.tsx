import type { ReactElement } from 'react';

import type { AuditEntryAnswer } from '../../api/schema';
import { Diff } from '../../components/Diff';
import { changesOf, type FieldChange } from './changes';

/** What changed, field by field: short values in a table, long texts as differences. */
export function Changes({ entry }: { entry: AuditEntryAnswer }): ReactElement {
  const changes = changesOf(entry);
  const short = changes.filter(change => !change.isLong);
  const long = changes.filter(change => change.isLong);
  if (changes.length === 0) return <p className="dbapi-Muted">No field changed.</p>;
  const hasBefore = entry.before !== null;
  const hasAfter = entry.after !== null;
  return (
    <>
      <h3>{hasBefore && hasAfter ? 'What changed' : hasBefore ? 'What it was' : 'What it is'}</h3>
      {short.length > 0 && (
        <table className="dbapi-Changes">
          <thead>
            <tr>
              <th scope="col">Field</th>
              {hasBefore && <th scope="col">Before</th>}
              {hasAfter && <th scope="col">After</th>}
            </tr>
          </thead>
          <tbody>
            {short.map(change => (
              <tr key={change.name}>
                <th scope="row">{change.name}</th>
                {hasBefore && <Value text={change.before} look={hasAfter ? 'del' : 'span'} />}
                {hasAfter && <Value text={change.after} look={hasBefore ? 'ins' : 'span'} />}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {long.map(change => (
        <Long key={change.name} change={change} />
      ))}
    </>
  );
}

function Value(props: { text: string | null; look: 'del' | 'ins' | 'span' }): ReactElement {
  const Look = props.look;
  return (
    <td>
      {props.text === null ? (
        <span className="dbapi-Muted">nothing</span>
      ) : (
        <Look>{props.text === '' ? '(empty)' : props.text}</Look>
      )}
    </td>
  );
}

function Long({ change }: { change: FieldChange }): ReactElement {
  const { name, before, after } = change;
  return (
    <>
      <h3>{name}</h3>
      {before === null || after === null ? (
        <pre className="dbapi-Text">{before ?? after}</pre>
      ) : (
        <Diff before={before} after={after} language="text" labels={['Before', 'After']} isNarrow />
      )}
    </>
  );
}
