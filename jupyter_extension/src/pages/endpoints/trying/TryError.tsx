import type { ReactElement } from 'react';

import type { ApiError } from '../../../api/errors';
import { Icon } from '../../../components/icons';
import { Tag } from '../../../components/small';

/** Why a run failed: the message, where in the content, and what to do. */
export function TryError({ error }: { error: ApiError }): ReactElement {
  return (
    <div className="dbapi-Card dbapi-Try-error" role="alert">
      <p className="dbapi-Endpoint-row">
        <Tag tone="bad">failed</Tag>
        <code>{error.code}</code>
      </p>
      <p className="dbapi-Problem">
        <Icon name="alert" /> {error.message}
      </p>
      {error.details.map((detail, index) => (
        <div key={index}>
          <p>
            {detail.field && <code>{detail.field}</code>}
            {detail.line !== null && ` line ${detail.line}`}
            {detail.column !== null && `, column ${detail.column}`}
            {detail.message !== error.message && `: ${detail.message}`}
          </p>
          {detail.hint && <p className="dbapi-Muted">{detail.hint}</p>}
        </div>
      ))}
      {error.logs.length > 0 && (
        <pre className="dbapi-Tests-source">
          {error.logs.map(line => `${line.level.padEnd(8)} ${line.message}`).join('\n')}
        </pre>
      )}
      {error.requestId && (
        <p className="dbapi-Muted">
          Request <code>{error.requestId}</code>
        </p>
      )}
    </div>
  );
}
