import { type ReactElement, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { changes } from '../../api/changes';
import { useApi } from '../../api/context';
import { ApiError } from '../../api/errors';
import { useMay } from '../../api/me';
import type { DatasourceAnswer, DatasourceIn, ServerAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { showErrors } from '../../components/Form';
import { type Outcome, outcomeOf } from './data';
import { TestResult } from './TestResult';
import { bodyOf, type ConnectionValues, valuesOf } from './values';

/** Tries what the form holds, before it is kept. */
export function TryConnection(props: {
  form: UseFormReturn<ConnectionValues>;
  kept: DatasourceAnswer | null;
}): ReactElement | null {
  const { form, kept } = props;
  const may = useMay();
  const { http } = useApi();
  const [outcome, setOutcome] = useState<Outcome>();
  const body = bodyOf(form.watch());
  // The kept password is used only for the connection as it is kept.
  const isAsKept = kept !== null && !isElsewhere(kept, body);
  const isAllowed = isAsKept
    ? may('datasource', 'execute', { id: kept.id })
    : may('datasource', 'create');
  const ask = async (): Promise<ServerAnswer> => {
    const answer = isAsKept
      ? await http.POST('/api/v1/datasources/{datasource_id}/test', {
          params: { path: { datasource_id: kept.id } }
        })
      : await http.POST('/api/v1/datasources/test', { body: nameless(body) });
    return answer.data as ServerAnswer;
  };
  const test = async (): Promise<void> => {
    form.clearErrors();
    setOutcome({ state: 'running' });
    const next = await outcomeOf(ask);
    const isOfField = next.state === 'bad' && isAboutFields(next.error);
    if (isOfField) showErrors(form, next.error);
    setOutcome(isOfField ? undefined : next);
  };
  if (!isAllowed) return null;
  const lacksPassword = kept?.username && !isAsKept && !body.password;
  return (
    <div className="dbapi-TryConnection">
      <Button icon="run" isBusy={outcome?.state === 'running'} onClick={test}>
        Test connection
      </Button>
      {lacksPassword && (
        <small className="dbapi-Muted">
          Tested without a password unless you type it: the kept one is never used elsewhere.
        </small>
      )}
      <TestResult outcome={outcome} />
    </div>
  );
}

// A connection is tried before anybody thinks of a name; the platform wants one.
function nameless(body: DatasourceIn): DatasourceIn {
  return { ...body, name: body.name || 'unnamed' };
}

function isElsewhere(kept: DatasourceAnswer, body: DatasourceIn): boolean {
  const changed = Object.keys(changes(bodyOf(valuesOf(kept)), body));
  return changed.some(field => field !== 'name' && field !== 'description');
}

function isAboutFields(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'invalid_request';
}
