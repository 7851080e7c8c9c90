import { type ReactElement, type ReactNode, useState } from 'react';
import type { UseFormReturn } from 'react-hook-form';

import { numberOrNull, textOrNull } from '../../api/changes';
import { Check, Field, Form } from '../../components/Form';
import { Icon } from '../../components/icons';
import { deniesAll } from './order';
import { RuleScope } from './RuleScope';
import { RULE_LABELS, type RuleValues } from './values';

/** The form of a rule. Whoever denies a whole address space says that they mean it. */
export function RuleForm(props: {
  defaults: RuleValues;
  action: string;
  onSend: (values: RuleValues) => Promise<unknown>;
  onCancel: () => void;
  children?: ReactNode;
}): ReactElement {
  const [isMeant, setMeant] = useState(false);
  const send = async (values: RuleValues): Promise<void> => {
    if (deniesAll(values) && !isMeant) {
      throw new Error('Tick that you mean to deny every address, or name a smaller network');
    }
    await props.onSend(values);
  };
  return (
    <Form<RuleValues>
      defaults={props.defaults}
      action={props.action}
      onSend={send}
      onCancel={props.onCancel}
    >
      {form => (
        <>
          <Fields form={form} />
          <RuleScope form={form} />
          <Warning values={form.watch()} isMeant={isMeant} onMeant={setMeant} />
          {props.children}
        </>
      )}
    </Form>
  );
}

function Fields({ form }: { form: UseFormReturn<RuleValues> }): ReactElement {
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <>
      <div className="dbapi-Columns">
        <Field label={RULE_LABELS.action} error={errors.action}>
          <select {...register('action')}>
            <option value="deny">Deny</option>
            <option value="allow">Allow</option>
          </select>
        </Field>
        <Field
          label={RULE_LABELS.network}
          hint="10.0.0.0/8, 2001:db8::/32, or one address"
          error={errors.network}
        >
          <input {...register('network', { required: 'Type a network such as 10.0.0.0/8' })} />
        </Field>
        <Field
          label={RULE_LABELS.position}
          hint="Lower decides first; empty: last"
          error={errors.position}
        >
          <input type="number" min={0} {...register('position', { setValueAs: numberOrNull })} />
        </Field>
      </div>
      <Field label={RULE_LABELS.description} error={errors.description}>
        <input {...register('description', { setValueAs: textOrNull })} />
      </Field>
      <Check label="Active: it counts">
        <input type="checkbox" {...register('is_active')} />
      </Check>
    </>
  );
}

function Warning(props: {
  values: RuleValues;
  isMeant: boolean;
  onMeant: (isMeant: boolean) => void;
}): ReactElement | null {
  const { values } = props;
  if (!deniesAll(values)) return null;
  const scope = [values.client_id && 'this client', values.endpoint_id && 'this endpoint'];
  const whose = scope.filter(Boolean).join(' at ') || 'everybody';
  return (
    <div className="dbapi-Note" role="alert">
      <p>
        <Icon name="alert" /> {values.network.trim()} is every address of its kind: this refuses{' '}
        {whose}, except for what a rule before it allows. It holds at once, also for programs that
        call from here.
      </p>
      <Check label="I mean to deny every address that no rule before allows">
        <input
          type="checkbox"
          checked={props.isMeant}
          onChange={event => props.onMeant(event.target.checked)}
        />
      </Check>
    </div>
  );
}
