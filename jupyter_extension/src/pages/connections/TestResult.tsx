import type { ReactElement } from 'react';

import { asApiError } from '../../api/errors';
import { Button } from '../../components/Button';
import { milliseconds, Tag } from '../../components/small';
import { Problem } from '../../components/states';
import type { Outcome } from './data';

/** What came of trying a connection, in a sentence. */
export function TestResult(props: { outcome: Outcome | undefined }): ReactElement | null {
  const { outcome } = props;
  if (!outcome) return null;
  if (outcome.state === 'running') {
    return (
      <p className="dbapi-TestResult" role="status">
        <span className="dbapi-Spinner" aria-hidden="true" /> Connecting …
      </p>
    );
  }
  if (outcome.state === 'bad') return <Problem error={outcome.error} />;
  const { product, version, elapsed_ms } = outcome.server;
  return (
    <p className="dbapi-TestResult" role="status">
      <Tag tone="good">connected</Tag> {product} {version} answered in {milliseconds(elapsed_ms)}
    </p>
  );
}

/** The same in a cell of a table, with the button that tries it. */
export function TestCell(props: {
  name: string;
  outcome: Outcome | undefined;
  onTest: () => void;
}): ReactElement {
  const { outcome } = props;
  return (
    <span className="dbapi-TestCell">
      <Button
        look="quiet"
        icon={outcome ? 'refresh' : 'run'}
        isBusy={outcome?.state === 'running'}
        aria-label={outcome ? `Test ${props.name} again` : undefined}
        onClick={props.onTest}
      >
        {outcome ? undefined : 'Test'}
      </Button>
      <span role="status">{outcome && <Short outcome={outcome} />}</span>
    </span>
  );
}

function Short({ outcome }: { outcome: Outcome }): ReactElement {
  if (outcome.state === 'running') return <span className="dbapi-Muted">connecting …</span>;
  if (outcome.state === 'bad') {
    const { message } = asApiError(outcome.error);
    return (
      <span title={message}>
        <Tag tone="bad">failed</Tag> {message}
      </span>
    );
  }
  const { product, version, elapsed_ms } = outcome.server;
  return (
    <span title={`${product} ${version}`}>
      <Tag tone="good">connected</Tag> {version} · {milliseconds(elapsed_ms)}
    </span>
  );
}
