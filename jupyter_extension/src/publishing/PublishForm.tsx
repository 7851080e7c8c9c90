import { type ReactElement, useState } from 'react';

import { useApi } from '../api/context';
import { type ApiError, asApiError } from '../api/errors';
import type { ProvenanceIn, PublishedAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Check, Field } from '../components/Form';
import { Section } from '../components/Page';
import { Problem } from '../components/states';
import { Callers } from './Callers';
import { Changes } from './Changes';
import { ChangedMeanwhile } from './ChangedMeanwhile';
import { TestRun } from './TestRun';
import type { Publishing } from './usePublishing';
import { useTestRun } from './useTestRun';

/** What would change, what the tests say, and the button that makes it live. */
export function PublishForm(props: {
  endpointId: string;
  seen: Publishing;
  provenance: ProvenanceIn | undefined;
  message: string;
  onMessage: (message: string) => void;
  onClose: () => void;
  onPublished: (published: PublishedAnswer) => void;
  onLookAgain: () => void;
}): ReactElement {
  const { endpointId, seen, provenance, message } = props;
  const { plan, draft, etag } = seen;
  const { http } = useApi();
  const run = useTestRun(endpointId, 'dialog', seen.tests.length > 0);
  const [isTold, setTold] = useState(false);
  const [reason, setReason] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const breaks = plan.contract.some(change => change.breaking);
  const isRefused = error?.code === 'tests_failed';
  const hasFailed = run.data?.passed === false || isRefused;
  const isWaiting = run.isFetching;
  const isReady = !isWaiting && (!breaks || isTold) && (!hasFailed || reason.trim() !== '');
  const publish = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { data } = await http.POST('/api/v1/endpoints/{endpoint_id}/publish', {
        params: { path: { endpoint_id: endpointId } },
        headers: etag ? { 'If-Match': etag } : {},
        body: {
          message: message.trim() || null,
          ...(provenance && { provenance }),
          ...(hasFailed && { force: reason.trim() })
        }
      });
      if (data) props.onPublished(data);
    } catch (problem) {
      setError(asApiError(problem));
      setBusy(false);
    }
  };
  if (error?.meanwhile) {
    return <ChangedMeanwhile error={error} seen={draft} onLookAgain={props.onLookAgain} />;
  }
  return (
    <div className="dbapi-Publish">
      <p className="dbapi-Publish-lead">
        {plan.live_version === null
          ? `It becomes live as version ${plan.next_version}.`
          : `Version ${plan.live_version} is live; version ${plan.next_version} takes its place.`}
      </p>
      <Changes diff={plan.diff} after={draft.content} engine={draft.engine} />
      <Callers callers={plan.callers} days={plan.callers_days} />
      <Section title="Tests">
        <TestRun run={run} tests={seen.tests} />
        {isRefused && <Problem error={error} />}
      </Section>
      <Field label="Message" hint="Why this version: others read it in the list of versions">
        <input
          value={message}
          maxLength={500}
          onChange={event => props.onMessage(event.target.value)}
        />
      </Field>
      {hasFailed && (
        <Field
          label="Publish although a test fails, because"
          hint="The version keeps the reason. Without one, mend the draft or the test first"
        >
          <input value={reason} maxLength={500} onChange={event => setReason(event.target.value)} />
        </Field>
      )}
      {!isRefused && <Problem error={error} />}
      <footer className="dbapi-Dialog-foot">
        {breaks && (
          // Beside the button that waits for it, however long the changes are.
          <Check label="The callers know that their calls may break">
            <input
              type="checkbox"
              checked={isTold}
              onChange={event => setTold(event.target.checked)}
            />
          </Check>
        )}
        <Button onClick={props.onClose}>Cancel</Button>
        <Button
          look={breaks || hasFailed ? 'warn' : 'accept'}
          icon="publish"
          isBusy={isBusy}
          disabled={!isReady}
          onClick={publish}
        >
          {breaks ? 'Publish breaking change' : hasFailed ? 'Publish all the same' : 'Publish'}
        </Button>
      </footer>
    </div>
  );
}
