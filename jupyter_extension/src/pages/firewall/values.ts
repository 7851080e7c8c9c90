/** What is set of a rule. */
export interface RuleValues {
  action: 'allow' | 'deny';
  network: string;
  position: number | null;
  client_id: string | null;
  endpoint_id: string | null;
  description: string | null;
  is_active: boolean;
}

export const RULE_LABELS: Record<keyof RuleValues, string> = {
  action: 'Action',
  network: 'Network',
  position: 'Position',
  client_id: 'Client',
  endpoint_id: 'Endpoint',
  description: 'Description',
  is_active: 'Active'
};
