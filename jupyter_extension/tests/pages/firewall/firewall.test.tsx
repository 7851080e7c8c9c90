import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';

// Loaded before, because pages are loaded when they are opened.
import '../../../src/pages/firewall/FirewallPage';
import '../surroundings';
import type { FirewallRuleAnswer } from '../../../src/api/schema';
import {
  isForAll,
  newlyShadowed,
  positionsFor,
  reordered
} from '../../../src/pages/firewall/order';
import { PageView } from '../../../src/pages/PageView';
import { draw } from '../../fakePlatform';

const rule = (
  id: string,
  position: number,
  action: 'allow' | 'deny',
  network: string
): FirewallRuleAnswer => ({
  id,
  position,
  action,
  network,
  client_id: null,
  endpoint_id: null,
  description: null,
  is_active: true,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z'
});
const RULES = [
  rule('a', 1, 'allow', '10.0.0.0/8'),
  rule('b', 2, 'deny', '203.0.113.0/24'),
  rule('c', 5, 'deny', '0.0.0.0/0')
];
const LIST = { 'GET /api/v1/firewall-rules': { items: RULES, total: 3 } };

test('moving a rule changes no more positions than it has to', () => {
  expect(positionsFor(reordered(RULES, 1, 0))).toEqual([
    { id: 'a', position: 2 },
    { id: 'b', position: 1 }
  ]);
  const tied = [rule('a', 1, 'allow', '10.0.0.0/8'), rule('b', 1, 'deny', '10.1.0.0/16')];
  expect(positionsFor(reordered(tied, 1, 0))).toEqual([{ id: 'a', position: 2 }]);
  expect(positionsFor(RULES)).toEqual([]);
});

test('networks that hold every address are known in all their spellings', () => {
  expect(['0.0.0.0/0', '::/0', ' 0::/0 ', '::ffff:0:0/96'].map(isForAll)).not.toContain(false);
  expect(['10.0.0.0/8', '0.0.0.0', '::1', '10.0.0.0/10'].map(isForAll)).not.toContain(true);
});

test('a rule that allows and would come behind one that denies all is told', () => {
  const wanted = [RULES[2], RULES[0], RULES[1]] as FirewallRuleAnswer[];
  expect(newlyShadowed(RULES, wanted).map(one => one.id)).toEqual(['a']);
  expect(newlyShadowed(wanted, wanted)).toEqual([]);
});

test('denying every address has to be meant', async () => {
  const user = userEvent.setup();
  const { platform } = draw(<PageView location="/firewall" />, {
    ...LIST,
    'POST /api/v1/firewall-rules': RULES[2] ?? {}
  });
  await user.click(await screen.findByRole('button', { name: 'New rule' }));
  const dialog = within(screen.getByRole('dialog'));
  await user.type(dialog.getByLabelText(/Network/), '::/0');
  await user.click(dialog.getByRole('button', { name: 'Make the rule' }));
  expect(await dialog.findByText(/Tick that you mean/)).toBeTruthy();
  const isSent = (): boolean =>
    platform.requests.some(one => one.method === 'POST' && !one.url.pathname.endsWith('check'));
  expect(isSent()).toBe(false);
  await user.click(dialog.getByRole('checkbox', { name: /I mean to deny/ }));
  await user.click(dialog.getByRole('button', { name: 'Make the rule' }));
  await waitFor(() => expect(isSent()).toBe(true));
});

test('the rule that decides a request stands out', async () => {
  const user = userEvent.setup();
  draw(<PageView location="/firewall" />, {
    ...LIST,
    'POST /api/v1/firewall-rules/check': { allowed: false, rule: RULES[1] }
  });
  await user.type(await screen.findByLabelText('Address'), '203.0.113.7');
  await user.click(screen.getByRole('button', { name: 'Check' }));
  expect(await screen.findByText('denied')).toBeTruthy();
  const row = screen.getByText('203.0.113.0/24').closest('tr');
  expect(row?.getAttribute('aria-selected')).toBe('true');
});
