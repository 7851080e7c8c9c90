import type { ReactElement } from 'react';
import { Controller } from 'react-hook-form';

import { useApi } from '../../../api/context';
import { ApiError, asApiError } from '../../../api/errors';
import type { TestAnswer } from '../../../api/schema';
import { Code } from '../../../components/Code';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';

interface Values {
  name: string;
  content: string;
}

const FIRST: Values = {
  name: 'main',
  content: 'answer = call()\nassert answer.status == 200\nassert len(answer.rows) > 0\n'
};

/** Writes a test, or changes one. */
export function TestDialog(props: {
  endpointId: string;
  test: TestAnswer | null;
  onClose: () => void;
  onSaved: () => Promise<void>;
}): ReactElement {
  const { test } = props;
  const { http } = useApi();
  const save = async ({ name, content }: Values): Promise<void> => {
    try {
      await http.PUT('/api/v1/endpoints/{endpoint_id}/tests/{name}', {
        params: { path: { endpoint_id: props.endpointId, name: test?.name ?? name.trim() } },
        body: { content }
      });
    } catch (reason) {
      throw besideContent(reason);
    }
    await props.onSaved();
    props.onClose();
  };
  return (
    <Dialog title={test ? `Test ${test.name}` : 'New test'} onClose={props.onClose} isWide>
      <Form<Values>
        defaults={test ?? FIRST}
        action="Save the test"
        onSend={save}
        onCancel={props.onClose}
      >
        {({ register, control, formState: { errors } }) => (
          <>
            {!test && (
              <Field label="Name" error={errors.name} hint="Letters, digits, _ and -">
                <input {...register('name')} required />
              </Field>
            )}
            <div className="dbapi-Field">
              <span>What has to hold</span>
              <Controller
                name="content"
                control={control}
                render={({ field }) => (
                  <Code
                    text={test?.content ?? FIRST.content}
                    language="python"
                    label="What has to hold"
                    onChange={field.onChange}
                  />
                )}
              />
              <small className="dbapi-Muted">
                Plain Python: <code>call(name=value)</code> answers with <code>status</code>,{' '}
                <code>data</code>, <code>rows</code>, <code>message</code> and <code>success</code>.
              </small>
              {errors.content && (
                <small className="dbapi-Problem" role="alert">
                  {errors.content.message}
                </small>
              )}
            </div>
          </>
        )}
      </Form>
    </Dialog>
  );
}

/** What is wrong in the text stands below it, with its line. */
function besideContent(reason: unknown): ApiError {
  const error = asApiError(reason);
  const details = error.details.map(detail => ({
    ...detail,
    field: detail.field?.startsWith('tests.') ? 'content' : detail.field,
    message: detail.line === null ? detail.message : `Line ${detail.line}: ${detail.message}`
  }));
  return new ApiError(
    error.status,
    error.code,
    error.message,
    details,
    error.requestId,
    error.hint
  );
}
