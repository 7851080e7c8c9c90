import { type ReactElement, useState } from 'react';

import { textOrNull } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { Meanwhile } from '../../../api/errors';
import type { MacroAnswer, MacroIn } from '../../../api/schema';
import { Diff } from '../../../components/Diff';
import { Field, Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { useHost } from '../../../host/host';
import { useRefreshModules } from '../data';
import { CodeField } from './CodeField';
import { languageOf } from './MacroText';

interface Values {
  description: string;
  content: string;
}

/** Changes a macro's text; what somebody else made of it meanwhile is shown beside. */
export function EditMacro(props: { macro: MacroAnswer; onDone: () => void }): ReactElement {
  // What comes meanwhile does not change what the editing began with.
  const [macro] = useState(props.macro);
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const seen = useSeen(`/api/v1/macros/${macro.id}`);
  const send = async ({ content, description }: Values): Promise<void> => {
    const body: MacroIn = {
      name: macro.name,
      module: macro.module,
      language: macro.language === 'python' ? 'python' : 'sql',
      content,
      description: textOrNull(description)
    };
    await seen.send(header => http.PUT('/api/v1/macros', { params: { header }, body }));
    await refresh();
    props.onDone();
    host.notify(`${macro.name} was saved`);
  };
  return (
    <Form<Values>
      defaults={{ content: macro.content, description: macro.description ?? '' }}
      action="Save"
      onSend={send}
      onCancel={props.onDone}
    >
      {({ register, setValue, formState: { errors } }) => (
        <>
          <Field label="Description" error={errors.description}>
            <input {...register('description')} autoComplete="off" />
          </Field>
          <CodeField
            label="Text"
            text={macro.content}
            language={languageOf(macro)}
            error={errors.content}
            onChange={text => setValue('content', text)}
          />
          {seen.theirs && <Meantime macro={macro} theirs={seen.theirs} />}
        </>
      )}
    </Form>
  );
}

function Meantime(props: { macro: MacroAnswer; theirs: Meanwhile }): ReactElement {
  const { macro, theirs } = props;
  const current = theirs.current as Partial<MacroAnswer> | null;
  const sent = theirs.sent as Partial<MacroIn> | null;
  if (!current) {
    return (
      <p className="dbapi-Muted">
        It is gone, or you may no longer read it. Saving again makes it anew.
      </p>
    );
  }
  return (
    <section aria-label="What was changed meanwhile">
      <Diff
        before={current.content ?? ''}
        after={sent?.content ?? ''}
        language={languageOf(macro)}
        labels={[`There now, by ${current.updated_by ?? 'somebody else'}`, 'What you wrote']}
      />
      {current.description !== sent?.description && (
        <Theirs theirs={theirs} labels={{ description: 'Description' }} />
      )}
    </section>
  );
}
