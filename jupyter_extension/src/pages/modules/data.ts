import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

import { useApi } from '../../api/context';
import { useMay } from '../../api/me';
import type { Action, MacroAnswer, ModuleAnswer } from '../../api/schema';

const CHANGED = [
  '/api/v1/modules',
  '/api/v1/modules/{module_id}',
  '/api/v1/macros',
  '/api/v1/macros/{macro_id}',
  '/api/v1/macros/{macro_id}/versions',
  '/api/v1/macros/{macro_id}/endpoints'
];

/** Ask again for all that a change of a module or a macro may have changed. */
export function useRefreshModules(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await Promise.all(CHANGED.map(path => queries.invalidateQueries({ queryKey: ['get', path] })));
  }, [queries]);
}

/** The modules that the user may read; none while that is not known. */
export function useModules(): readonly ModuleAnswer[] {
  const enabled = useMay()('module', 'read');
  const { data } = useApi().query.useQuery('get', '/api/v1/modules', {}, { enabled });
  return data?.items ?? [];
}

/** The macros of a module; none while that is not known. */
export function useMacrosOf(module: string): readonly MacroAnswer[] {
  const enabled = useMay()('macro', 'read');
  const { data } = useApi().query.useQuery('get', '/api/v1/macros', {}, { enabled });
  return data?.items.filter(macro => macro.module === module) ?? [];
}

/** What may be done to a macro; who may change a module may change what is in it. */
export function useMayMacro(macro: MacroAnswer): (action: Action) => boolean {
  const may = useMay();
  const module = useModules().find(one => one.name === macro.module)?.id;
  return action => may('macro', action, { id: macro.id, module });
}
