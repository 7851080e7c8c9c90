import { type ReactElement, useState } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { FirewallCheckAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Page, Section } from '../../components/Page';
import { Empty, Loaded } from '../../components/states';
import { CheckForm } from './CheckForm';
import { NewRule } from './RuleDialogs';
import { RuleTable } from './RuleTable';

/** From which addresses endpoints may be called. */
export default function FirewallPage(): ReactElement {
  const may = useMay();
  const rules = useApi().query.useQuery('get', '/api/v1/firewall-rules', {});
  const [isOpen, setOpen] = useState(false);
  const [checked, setChecked] = useState<FirewallCheckAnswer | null>(null);
  const make = may('firewall_rule', 'create') && (
    <Button look="accept" icon="add" onClick={() => setOpen(true)}>
      New rule
    </Button>
  );
  return (
    <Page
      title="Firewall"
      lead="From which addresses endpoints may be called. The first active rule that fits a request decides; where none fits, it is allowed."
      actions={make}
    >
      <Loaded query={rules} what="firewall rules">
        {page =>
          page.items.length === 0 ? (
            <Empty icon="firewall" title="There is no rule: every address is allowed">
              <p>
                To let only some networks in, allow each of them, and then deny 0.0.0.0/0 and ::/0.
              </p>
              {make}
            </Empty>
          ) : (
            <>
              <RuleTable rules={page.items} decided={checked?.rule?.id} />
              <p className="dbapi-Muted dbapi-Firewall-end">
                Requests that no active rule fits are allowed.
              </p>
            </>
          )
        }
      </Loaded>
      <Section title="Would this pass?">
        <CheckForm checked={checked} onChecked={setChecked} />
      </Section>
      {isOpen && <NewRule onClose={() => setOpen(false)} />}
    </Page>
  );
}
