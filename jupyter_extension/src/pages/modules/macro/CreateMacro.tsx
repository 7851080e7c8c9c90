import type { ReactElement } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import { ApiError } from '../../../api/errors';
import { Dialog } from '../../../components/Dialog';
import { Field, Form } from '../../../components/Form';
import { useHost } from '../../../host/host';
import { useModules, useRefreshModules } from '../data';
import { CodeField } from './CodeField';

interface Values {
  name: string;
  module: string;
  language: 'sql' | 'python';
  description: string;
  content: string;
}

const BEGINNINGS = {
  sql: '{% macro page(number, size) %}\n  LIMIT {{ size | sql_int }} OFFSET {{ (number - 1) * size }}\n{% endmacro %}\n',
  python: 'def euros(cents):\n    return f"{cents / 100:.2f} €"\n'
};
const DEFAULTS: Values = {
  name: '',
  module: '',
  language: 'sql',
  description: '',
  content: BEGINNINGS.sql
};

/** Asks for a new macro; it is not published yet. */
export function CreateMacro(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const send = async (values: Values): Promise<void> => {
    const { name, language, content } = values;
    const module = values.module || null;
    // Saving is the same call as making: what is there by this name is not to be overwritten.
    const known = await http.GET('/api/v1/macros');
    if (known.data?.items.some(one => one.name === name.trim() && one.module === module)) {
      throw taken(name);
    }
    const { data } = await http.PUT('/api/v1/macros', {
      body: {
        name: name.trim(),
        language,
        content,
        module,
        description: textOrNull(values.description)
      }
    });
    await refresh();
    props.onClose();
    host.notify(`${name} was saved; publish it to let endpoints use it`);
    if (data) host.open(`/modules/macros/${data.id}`);
  };
  return (
    <Dialog title="New macro" onClose={props.onClose} isWide>
      <Form<Values>
        defaults={DEFAULTS}
        action="Save the macro"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => <Fields form={form} />}
      </Form>
    </Dialog>
  );
}

function taken(name: string): ApiError {
  const message = `there is a macro named ${name} already; choose another name, or edit that one`;
  return new ApiError(409, 'conflict', message, [
    { field: 'name', message, line: null, column: null, hint: null }
  ]);
}

function Fields({ form }: { form: UseFormReturn<Values> }): ReactElement {
  const { register, formState, watch, setValue, getValues } = form;
  const { errors } = formState;
  const modules = useModules();
  const language = watch('language');
  const turn = (): void => {
    const next = getValues('language');
    const other = next === 'sql' ? 'python' : 'sql';
    if (getValues('content') === BEGINNINGS[other]) setValue('content', BEGINNINGS[next]);
  };
  return (
    <>
      <div className="dbapi-FieldRow dbapi-mod-three">
        <Field label="Name" error={errors.name}>
          <input {...register('name')} autoComplete="off" />
        </Field>
        <Field label="For" error={errors.module}>
          <select {...register('module')}>
            <option value="">All modules</option>
            {modules.map(module => (
              <option key={module.id}>{module.name}</option>
            ))}
          </select>
        </Field>
        <Field
          label="Language"
          hint="SQL for templates, Python for scripts. It stays."
          error={errors.language}
        >
          <select {...register('language', { onChange: turn })}>
            <option value="sql">SQL</option>
            <option value="python">Python</option>
          </select>
        </Field>
      </div>
      <Field label="Description" error={errors.description}>
        <input {...register('description')} autoComplete="off" />
      </Field>
      <CodeField
        key={language}
        label="Text"
        text={watch('content')}
        language={language}
        error={errors.content}
        onChange={text => setValue('content', text)}
      />
    </>
  );
}
