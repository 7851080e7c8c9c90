import { type ReactElement, useState } from 'react';

import { patch } from '../../api/changes';
import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { FirewallRuleAnswer, FirewallRulePatch } from '../../api/schema';
import { Button } from '../../components/Button';
import { Confirm } from '../../components/Dialog';
import { Problem } from '../../components/states';
import { useRefreshRules } from './data';
import { newlyShadowed, positionsFor, reordered } from './order';
import { EditRule } from './RuleDialogs';

interface Props {
  rules: readonly FirewallRuleAnswer[];
  rule: FirewallRuleAnswer;
}

/** What can be done with a rule: moved, changed, deleted. */
export function RuleActions({ rules, rule }: Props): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const at = rules.indexOf(rule);
  const close = (): void => setOpen(null);
  const name = `${rule.action} ${rule.network}`;
  return (
    <span className="dbapi-Firewall-actions">
      {may('firewall_rule', 'update') && (
        <>
          <Move rules={rules} from={at} to={at - 1} label={`Move up: ${name}`} />
          <Move rules={rules} from={at} to={at + 1} label={`Move down: ${name}`} />
          <Button
            look="quiet"
            icon="edit"
            aria-label={`Edit: ${name}`}
            onClick={() => setOpen('edit')}
          />
        </>
      )}
      {may('firewall_rule', 'delete') && (
        <Button
          look="quiet"
          icon="remove"
          aria-label={`Delete: ${name}`}
          onClick={() => setOpen('delete')}
        />
      )}
      {open === 'edit' && <EditRule rule={rule} onClose={close} />}
      {open === 'delete' && <DeleteRule rule={rule} onClose={close} />}
    </span>
  );
}

function Move(props: {
  rules: readonly FirewallRuleAnswer[];
  from: number;
  to: number;
  label: string;
}): ReactElement {
  const { rules, from, to } = props;
  const { http } = useApi();
  const refresh = useRefreshRules();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const wanted = reordered(rules, from, to);
  const shadowed = newlyShadowed(rules, wanted);
  const move = async (): Promise<void> => {
    try {
      for (const { id, position } of positionsFor(wanted)) {
        await http.PATCH('/api/v1/firewall-rules/{rule_id}', {
          params: { path: { rule_id: id } },
          body: patch<FirewallRulePatch>({ position })
        });
      }
    } finally {
      await refresh();
    }
  };
  const press = async (): Promise<void> => {
    if (shadowed.length > 0) {
      setAsking(true);
      return;
    }
    setBusy(true);
    setError(null);
    await move().catch(setError);
    setBusy(false);
  };
  return (
    <>
      <Button
        look="quiet"
        icon="chevron"
        className={to < from ? 'dbapi-mod-up' : 'dbapi-mod-down'}
        aria-label={props.label}
        disabled={to < 0 || to >= rules.length}
        isBusy={isBusy}
        onClick={() => void press()}
      />
      <Problem error={error} />
      {isAsking && (
        <Confirm
          title="Deny everybody before allowing some?"
          action="Move the rule"
          onClose={() => setAsking(false)}
          onConfirm={move}
        >
          <p>
            A rule that denies every address would come before these, which then allow nothing any
            more: {shadowed.map(rule => rule.network).join(', ')}.
          </p>
        </Confirm>
      )}
    </>
  );
}

function DeleteRule(props: { rule: FirewallRuleAnswer; onClose: () => void }): ReactElement {
  const { rule } = props;
  const { http } = useApi();
  const refresh = useRefreshRules();
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/firewall-rules/{rule_id}', {
      params: { path: { rule_id: rule.id } }
    });
    await refresh();
  };
  return (
    <Confirm
      title="Delete this rule?"
      action="Delete the rule"
      onClose={props.onClose}
      onConfirm={remove}
    >
      <p>
        <strong>
          {rule.action} {rule.network}
        </strong>
        {rule.description && <>, “{rule.description}”</>}. What it decided falls to the rules after
        it at once; where none of them fits, requests are allowed.
      </p>
    </Confirm>
  );
}
