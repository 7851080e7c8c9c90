import type { ReactElement } from 'react';

import type { TestAnswer, TestResultAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Code } from '../../../components/Code';
import { Tag, Time } from '../../../components/small';
import { TestOutcome } from '../../../publishing/TestRun';

/** One test: its text, and how it went. */
export function TestCard(props: {
  test: TestAnswer;
  result: TestResultAnswer | undefined;
  mayChange: boolean;
  onEdit: () => void;
  onDelete: () => void;
}): ReactElement {
  const { test, result } = props;
  return (
    <section className="dbapi-Card dbapi-Tests-card" aria-label={`Test ${test.name}`}>
      <header className="dbapi-Endpoint-cardhead">
        <h2>
          {test.name}{' '}
          {result && (
            <Tag tone={result.passed ? 'good' : 'bad'}>{result.passed ? 'passed' : 'failed'}</Tag>
          )}
        </h2>
        <span className="dbapi-Muted">
          <Time at={test.updated_at} />
          {test.updated_by && ` by ${test.updated_by}`}
        </span>
        {props.mayChange && (
          <span>
            <Button
              look="quiet"
              icon="edit"
              aria-label={`Edit the test ${test.name}`}
              onClick={props.onEdit}
            />
            <Button
              look="quiet"
              icon="remove"
              aria-label={`Delete the test ${test.name}`}
              onClick={props.onDelete}
            />
          </span>
        )}
      </header>
      {result && <TestOutcome result={result} content={test.content} />}
      <Code text={test.content} language="python" label={`Test ${test.name}`} />
    </section>
  );
}
