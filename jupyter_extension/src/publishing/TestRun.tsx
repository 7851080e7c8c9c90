import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement } from 'react';

import type { TestAnswer, TestResultAnswer, TestRunAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { milliseconds, Tag } from '../components/small';
import { Failed } from '../components/states';

/** How the tests of a draft go: those that are there, and their results as they are known. */
export function TestRun(props: {
  run: UseQueryResult<TestRunAnswer, unknown>;
  tests: readonly TestAnswer[];
}): ReactElement {
  const { run, tests } = props;
  if (tests.length === 0) {
    return <p className="dbapi-Muted">It has none: nothing is tried before it is live.</p>;
  }
  if (run.isError && !run.isFetching) {
    return <Failed error={run.error} retry={() => void run.refetch()} />;
  }
  const results = new Map(run.data?.results.map(result => [result.name, result]));
  return (
    <>
      <ul className="dbapi-Tests">
        {tests.map(test => (
          <Line
            key={test.name}
            test={test}
            result={results.get(test.name)}
            isBusy={run.isFetching}
          />
        ))}
      </ul>
      <Button
        look="quiet"
        icon="refresh"
        isBusy={run.isFetching}
        onClick={() => void run.refetch()}
      >
        Run the tests again
      </Button>
    </>
  );
}

function Line(props: {
  test: TestAnswer;
  result: TestResultAnswer | undefined;
  isBusy: boolean;
}): ReactElement {
  const { test, result, isBusy } = props;
  return (
    <li>
      {isBusy || !result ? (
        <Tag tone="info">running</Tag>
      ) : (
        <Tag tone={result.passed ? 'good' : 'bad'}>{result.passed ? 'passed' : 'failed'}</Tag>
      )}
      <strong>{test.name}</strong>
      {result && !isBusy && <TestOutcome result={result} content={test.content} />}
    </li>
  );
}

/** What a test came to: where it failed and why, how long it took, what was logged. */
export function TestOutcome(props: { result: TestResultAnswer; content: string }): ReactElement {
  const { result, content } = props;
  const source = result.line === null ? undefined : content.split('\n')[result.line - 1];
  return (
    <div className="dbapi-Tests-outcome">
      <span className="dbapi-Muted">
        {milliseconds(result.elapsed_ms)}, {result.calls} {result.calls === 1 ? 'call' : 'calls'}
      </span>
      {!result.passed && (
        <p className="dbapi-Problem">
          {result.line !== null && `Line ${result.line}: `}
          {result.message || 'An assertion does not hold'}
        </p>
      )}
      {!result.passed && source && <pre className="dbapi-Tests-source">{source}</pre>}
      {result.logs.length > 0 && (
        <pre className="dbapi-Tests-source">
          {result.logs.map(line => `${line.level}  ${line.message}`).join('\n')}
        </pre>
      )}
    </div>
  );
}
