import { type ReactElement, useState } from 'react';

import { useApi } from '../../api/context';
import type { FirewallCheckAnswer } from '../../api/schema';
import { Field, Form } from '../../components/Form';
import type { Option } from '../../components/Picker';
import { ResourceField } from '../../components/ResourcePicker';
import { Tag } from '../../components/small';

/** Asks which rule decides about a request. */
export function CheckForm(props: {
  checked: FirewallCheckAnswer | null;
  onChecked: (answer: FirewallCheckAnswer | null) => void;
}): ReactElement {
  const { http } = useApi();
  const [client, setClient] = useState<Option | null>(null);
  const [endpoint, setEndpoint] = useState<Option | null>(null);
  const change = (set: (value: Option | null) => void) => (value: Option | null) => {
    set(value);
    props.onChecked(null);
  };
  const send = async ({ ip_address }: { ip_address: string }): Promise<void> => {
    props.onChecked(null);
    const body = {
      ip_address: ip_address.trim(),
      client_id: client?.id ?? null,
      endpoint_id: endpoint?.id ?? null
    };
    const { data } = await http.POST('/api/v1/firewall-rules/check', { body });
    props.onChecked(data ?? null);
  };
  return (
    <div className="dbapi-Card dbapi-Firewall-check">
      <Form<{ ip_address: string }> defaults={{ ip_address: '' }} action="Check" onSend={send}>
        {({ register, formState }) => (
          <div className="dbapi-Columns">
            <Field label="Address" error={formState.errors.ip_address}>
              <input
                placeholder="203.0.113.7"
                {...register('ip_address', {
                  required: 'Type an address such as 203.0.113.7 or 2001:db8::7',
                  onChange: () => props.onChecked(null)
                })}
              />
            </Field>
            <ResourceField
              type="client"
              label="Client"
              all="No client"
              value={client}
              onChange={change(setClient)}
            />
            <ResourceField
              type="endpoint"
              label="Endpoint"
              all="No endpoint in particular"
              value={endpoint}
              onChange={change(setEndpoint)}
            />
          </div>
        )}
      </Form>
      <p role="status" className="dbapi-Firewall-answer">
        {props.checked && <Decision answer={props.checked} />}
      </p>
    </div>
  );
}

function Decision({ answer }: { answer: FirewallCheckAnswer }): ReactElement {
  const { allowed, rule } = answer;
  return (
    <>
      <Tag tone={allowed ? 'good' : 'bad'}>{allowed ? 'allowed' : 'denied'}</Tag>{' '}
      {rule
        ? `The rule at position ${rule.position} decides: ${rule.action} ${rule.network}.`
        : 'No rule fits it.'}
    </>
  );
}
