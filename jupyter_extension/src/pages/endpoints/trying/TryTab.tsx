import { type ReactElement, useState } from 'react';

import { parametersOf } from '../../../api/parameters';
import { ApiError } from '../../../api/errors';
import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Form } from '../../../components/Form';
import { Section } from '../../../components/Page';
import { Empty } from '../../../components/states';
import { Snippets } from '../../../publishing/Snippets';
import { ParameterInput } from './ParameterInput';
import { RunAs } from './RunAs';
import { TriedView } from './TriedView';
import { type As, useTry } from './useTry';
import { NotSent, remember, remembered, type Typed, valuesOf } from './values';

/** Runs the endpoint with values of one's own, and shows all that came of it. */
export function TryTab({ endpoint }: { endpoint: EndpointAnswer }): ReactElement {
  const parameters = parametersOf(endpoint.path, endpoint.params);
  const names = parameters.map(parameter => parameter.name);
  const [as, setAs] = useState<As>({ version: 'draft', clientId: '' });
  const [sent, setSent] = useState<Record<string, unknown>>(() =>
    readable(parameters, endpoint.id)
  );
  const { tried, isBusy, run, stop } = useTry(endpoint.id, names);
  const send = async (typed: Typed): Promise<void> => {
    remember(endpoint.id, typed);
    const values = checked(parameters, typed);
    setSent(values);
    await run(values, as);
  };
  const kept = remembered(endpoint.id);
  return (
    <div className="dbapi-Try">
      <div className="dbapi-Try-form">
        <Form<Typed>
          defaults={Object.fromEntries(names.map(name => [name, kept[name] ?? '']))}
          action="Run"
          onSend={send}
        >
          {({ register, formState: { errors } }) => (
            <>
              <RunAs endpoint={endpoint} as={as} onChange={setAs} />
              {parameters.length === 0 && <p className="dbapi-Muted">It takes no parameters.</p>}
              {parameters.map(parameter => (
                <ParameterInput
                  key={parameter.name}
                  endpointId={endpoint.id}
                  parameter={parameter}
                  input={register(parameter.name)}
                  error={errors[parameter.name]}
                />
              ))}
            </>
          )}
        </Form>
        {isBusy && <Button onClick={stop}>Stop waiting</Button>}
      </div>
      <div className="dbapi-Try-answer" aria-busy={isBusy}>
        {tried ? (
          <TriedView tried={tried} />
        ) : (
          <Empty icon="run" title="Run it to see what it answers">
            <p>
              It runs on the platform as a call would, with its limits. Changes are really made.
            </p>
          </Empty>
        )}
        <Section title="The same as a call">
          <Snippets
            call={{
              method: endpoint.method,
              url: endpoint.url,
              parameters,
              values: sent,
              isPrivate: endpoint.access === 'private'
            }}
          />
        </Section>
      </div>
    </div>
  );
}

type Parameters = ReturnType<typeof parametersOf>;

/** What was typed last, as far as it can be sent. */
function readable(parameters: Parameters, endpointId: string): Record<string, unknown> {
  try {
    return valuesOf(parameters, remembered(endpointId));
  } catch {
    return {};
  }
}

/** The values; what is no JSON is told as the platform tells what is wrong. */
function checked(parameters: Parameters, typed: Typed): Record<string, unknown> {
  try {
    return valuesOf(parameters, typed);
  } catch (reason) {
    if (!(reason instanceof NotSent)) throw reason;
    const { field, message } = reason;
    const detail = { field, message, line: null, column: null, hint: null };
    throw new ApiError(400, 'invalid_parameters', message, [detail]);
  }
}
