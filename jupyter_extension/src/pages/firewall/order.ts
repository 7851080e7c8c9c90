import type { FirewallRuleAnswer } from '../../api/schema';

/** A rule that gets another position. */
export interface Moved {
  id: string;
  position: number;
}

/** Whether a network holds every address of its kind, as `0.0.0.0/0` does. */
export function isForAll(network: string): boolean {
  const text = network.trim().toLowerCase();
  // IPv4 written as IPv6 is IPv4 to the platform.
  return /\/0+$/.test(text) || /^::ffff:(?:0\.0\.0\.0|0:0)\/96$/.test(text);
}

/** Whether a rule refuses everybody that no rule before it allows. */
export function deniesAll(
  rule: Pick<FirewallRuleAnswer, 'action' | 'network' | 'is_active'>
): boolean {
  return rule.is_active && rule.action === 'deny' && isForAll(rule.network);
}

/** The rules in another order: the one at `from` comes to `to`. */
export function reordered<T>(rules: readonly T[], from: number, to: number): T[] {
  const next = rules.filter((_, index) => index !== from);
  const rule = rules[from];
  if (rule !== undefined) next.splice(to, 0, rule);
  return next;
}

/**
 * The positions that bring rules into an order, as few as there are. The last come first, so that
 * no rule overtakes one that nobody moved while they are sent one by one.
 */
export function positionsFor(wanted: readonly FirewallRuleAnswer[]): Moved[] {
  const slots = wanted.map(rule => rule.position).toSorted((one, other) => one - other);
  let before = -1;
  const moved: Moved[] = [];
  wanted.forEach((rule, index) => {
    // Two rules at one position are told apart by their age: here each gets its own.
    const position = Math.max(slots[index] ?? 0, before + 1);
    before = position;
    if (position !== rule.position) moved.push({ id: rule.id, position });
  });
  return moved.toReversed();
}

/** The active rules that allow something, and would come behind one that denies everybody. */
export function newlyShadowed(
  before: readonly FirewallRuleAnswer[],
  after: readonly FirewallRuleAnswer[]
): FirewallRuleAnswer[] {
  const known = new Set(shadowed(before).map(rule => rule.id));
  return shadowed(after).filter(rule => !known.has(rule.id));
}

function shadowed(rules: readonly FirewallRuleAnswer[]): FirewallRuleAnswer[] {
  const first = rules.findIndex(
    rule => deniesAll(rule) && rule.client_id === null && rule.endpoint_id === null
  );
  if (first === -1) return [];
  return rules.slice(first + 1).filter(rule => rule.is_active && rule.action === 'allow');
}
