import type { ReactElement } from 'react';

import { textBefore } from '../api/patch';
import type { DiffAnswer } from '../api/schema';
import { Code } from '../components/Code';
import { Diff } from '../components/Diff';
import { Section } from '../components/Page';
import { Tag } from '../components/small';
import { FieldChanges } from './FieldChanges';

type Engine = 'sql' | 'script';

/** What differs between two definitions: for callers, in the fields, and in the content. */
export function Changes(props: { diff: DiffAnswer; after: string; engine: Engine }): ReactElement {
  const { diff, engine } = props;
  const { contract } = diff;
  return (
    <>
      {contract.length > 0 && (
        <Section title="For callers">
          <ul className="dbapi-Publish-contract">
            {contract.map(change => (
              <li key={`${change.kind} ${change.name}`}>
                <Tag tone={change.breaking ? 'bad' : 'good'}>
                  {change.breaking ? 'breaks callers' : 'safe'}
                </Tag>
                <span>{change.message}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {diff.fields.length > 0 && (
        <Section title="Fields">
          <FieldChanges fields={diff.fields} />
        </Section>
      )}
      <Section title={engine === 'sql' ? 'Query' : 'Script'}>
        <Content {...props} />
      </Section>
    </>
  );
}

function Content(props: { diff: DiffAnswer; after: string; engine: Engine }): ReactElement {
  const { diff, after } = props;
  const language = props.engine === 'sql' ? 'sql' : 'python';
  if (diff.content === '') return <p className="dbapi-Muted">It stays as it is.</p>;
  const before = textBefore(after, diff.content);
  if (before === '') return <Code text={after} language={language} label={diff.to} />;
  if (before === null) return <Code text={diff.content} language="text" label="What changes" />;
  return <Diff before={before} after={after} language={language} labels={[diff.from, diff.to]} />;
}
