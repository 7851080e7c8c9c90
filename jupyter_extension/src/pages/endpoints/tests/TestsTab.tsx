import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer, TestAnswer, TestResultAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm } from '../../../components/Dialog';
import { Bar } from '../../../components/Page';
import { Tag } from '../../../components/small';
import { Empty, Loaded, Problem } from '../../../components/states';
import { useTestRun } from '../../../publishing/useTestRun';
import type { MayHere } from '../data';
import { TestCard } from './TestCard';
import { TestDialog } from './TestDialog';

type Asked = { kind: 'save'; test: TestAnswer | null } | { kind: 'delete'; test: TestAnswer };

/** What has to hold before the endpoint is published. */
export function TestsTab(props: { endpoint: EndpointAnswer; may: MayHere }): ReactElement {
  const { endpoint, may } = props;
  const { query } = useApi();
  const [asked, ask] = useState<Asked | null>(null);
  const tests = query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/tests', {
    params: { path: { endpoint_id: endpoint.id } }
  });
  const run = useTestRun(endpoint.id, 'page', false);
  const results = new Map<string, TestResultAnswer>(
    run.data?.results.map(result => [result.name, result])
  );
  const add = (
    <Button icon="add" onClick={() => ask({ kind: 'save', test: null })}>
      Add a test
    </Button>
  );
  return (
    <Loaded query={tests} what="tests">
      {({ items }) => (
        <>
          {items.length === 0 ? (
            <Empty icon="check" title="It has no test yet">
              <p>
                A test calls the draft as a program does and says what has to be true. Publishing
                asks all of them first.
              </p>
              {may('update') && add}
            </Empty>
          ) : (
            <Bar>
              {may('execute') && (
                <Button
                  look="accept"
                  icon="run"
                  isBusy={run.isFetching}
                  onClick={() => void run.refetch()}
                >
                  Run all on the draft
                </Button>
              )}
              {may('update') && add}
              {run.data && !run.isFetching && <Verdict isPassed={run.data.passed} />}
            </Bar>
          )}
          <Problem error={run.isFetching ? null : run.error} />
          {items.map(test => (
            <TestCard
              key={test.name}
              test={test}
              result={run.isFetching ? undefined : results.get(test.name)}
              mayChange={may('update')}
              onEdit={() => ask({ kind: 'save', test })}
              onDelete={() => ask({ kind: 'delete', test })}
            />
          ))}
          {asked && <Asking asked={asked} endpoint={endpoint} onClose={() => ask(null)} />}
        </>
      )}
    </Loaded>
  );
}

function Verdict({ isPassed }: { isPassed: boolean }): ReactElement {
  return (
    <span role="status">
      <Tag tone={isPassed ? 'good' : 'bad'}>{isPassed ? 'all passed' : 'some failed'}</Tag>
    </span>
  );
}

function Asking(props: {
  asked: Asked;
  endpoint: EndpointAnswer;
  onClose: () => void;
}): ReactElement {
  const { asked, endpoint, onClose } = props;
  const { http } = useApi();
  const queries = useQueryClient();
  const refresh = async (): Promise<void> => {
    // What was found out is about other tests than there are now.
    queries.removeQueries({ queryKey: ['tests run', endpoint.id] });
    await queries.invalidateQueries({ queryKey: ['get', '/api/v1/endpoints/{endpoint_id}/tests'] });
  };
  if (asked.kind === 'save') {
    return (
      <TestDialog endpointId={endpoint.id} test={asked.test} onClose={onClose} onSaved={refresh} />
    );
  }
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/endpoints/{endpoint_id}/tests/{name}', {
      params: { path: { endpoint_id: endpoint.id, name: asked.test.name } }
    });
    await refresh();
  };
  return (
    <Confirm
      title={`Delete the test ${asked.test.name}?`}
      action="Delete the test"
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        Publishing {endpoint.method} {endpoint.path} asks it no more. Its text is gone for good.
      </p>
    </Confirm>
  );
}
