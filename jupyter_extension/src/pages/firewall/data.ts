import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Ask again for the rules, after one was changed. */
export function useRefreshRules(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await queries.invalidateQueries({ queryKey: ['get', '/api/v1/firewall-rules'] });
    await queries.invalidateQueries({ queryKey: ['get', '/api/v1/firewall-rules/{rule_id}'] });
  }, [queries]);
}
