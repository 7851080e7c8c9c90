import { type ReactElement, useState } from 'react';

import { changes, patch } from '../../api/changes';
import { useApi } from '../../api/context';
import type { FirewallRuleAnswer, FirewallRulePatch } from '../../api/schema';
import { Dialog } from '../../components/Dialog';
import { Loaded } from '../../components/states';
import { Theirs, useSeen } from '../../components/seen';
import { useRefreshRules } from './data';
import { RuleForm } from './RuleForm';
import { RULE_LABELS, type RuleValues } from './values';

const NEW: RuleValues = {
  action: 'deny',
  network: '',
  position: null,
  client_id: null,
  endpoint_id: null,
  description: null,
  is_active: true
};

/** Makes a rule, the last one unless it has a position. */
export function NewRule(props: { onClose: () => void }): ReactElement {
  const { http } = useApi();
  const refresh = useRefreshRules();
  const send = async (body: RuleValues): Promise<void> => {
    await http.POST('/api/v1/firewall-rules', { body });
    await refresh();
    props.onClose();
  };
  return (
    <Dialog title="New rule" onClose={props.onClose}>
      <RuleForm defaults={NEW} action="Make the rule" onSend={send} onCancel={props.onClose} />
    </Dialog>
  );
}

/** Changes a rule, as it is read when the dialog opens. */
export function EditRule(props: { rule: FirewallRuleAnswer; onClose: () => void }): ReactElement {
  const params = { params: { path: { rule_id: props.rule.id } } };
  // The list tells no entity tags: the one is asked for, and never taken from before.
  const rule = useApi().query.useQuery('get', '/api/v1/firewall-rules/{rule_id}', params, {
    staleTime: 0,
    gcTime: 0
  });
  const title = `Edit the rule for ${props.rule.network}`;
  return (
    <Dialog title={title} onClose={props.onClose}>
      <Loaded query={rule} what="the rule">
        {found => <Edited rule={found} onClose={props.onClose} />}
      </Loaded>
    </Dialog>
  );
}

function Edited(props: { rule: FirewallRuleAnswer; onClose: () => void }): ReactElement {
  const { http } = useApi();
  const refresh = useRefreshRules();
  const [before] = useState<RuleValues>(() => valuesOf(props.rule));
  const seen = useSeen(`/api/v1/firewall-rules/${props.rule.id}`);
  const send = async (values: RuleValues): Promise<void> => {
    const { position, ...others } = changes<RuleValues>(before, values);
    // A rule has a position always: none leaves it where it is.
    const body = patch<FirewallRulePatch>(
      position === null || position === undefined ? others : { ...others, position }
    );
    const params = { path: { rule_id: props.rule.id } };
    await seen.send(headers =>
      http.PATCH('/api/v1/firewall-rules/{rule_id}', { params, headers, body })
    );
    await refresh();
    props.onClose();
  };
  return (
    <RuleForm defaults={before} action="Save" onSend={send} onCancel={props.onClose}>
      <Theirs theirs={seen.theirs} labels={RULE_LABELS} />
    </RuleForm>
  );
}

function valuesOf(rule: FirewallRuleAnswer): RuleValues {
  const { action, network, position, client_id, endpoint_id, description, is_active } = rule;
  return { action, network, position, client_id, endpoint_id, description, is_active };
}
