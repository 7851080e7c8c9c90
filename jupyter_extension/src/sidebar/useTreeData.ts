import { useMemo } from 'react';

import { useApi } from '../api/context';
import { type May, useMay } from '../api/me';
import type { State } from '../api/schema';
import { PAGES } from '../pages/pages';
import type { TreeData } from './buildTree';
import { FOUND } from './moduleRows';
import { datasourceRow, moduleRow } from './nodes';
import { type EndpointFilter, useEndpointLists } from './useEndpointLists';
import { useTables } from './useTables';

/** What is asked for: the rows that were opened, and what is searched. */
export interface Wanted {
  open: ReadonlySet<string>;
  search: string;
  state: State | null;
}

/** All lists of the tree, each asked for when it is first seen. */
export function useTreeData(wanted: Wanted): { data: TreeData; more: (list: string) => void } {
  const may = useMay();
  const datasources = useDatasources(may, wanted);
  const { endpoints, more } = useEndpoints(may, wanted);
  const macros = useMacros(may);
  const pages = useMemo(
    () => PAGES.filter(page => page.needs.some(([type, action]) => may(type, action))),
    [may]
  );
  const data = useMemo(
    () => ({ datasources, endpoints, macros, pages }),
    [datasources, endpoints, macros, pages]
  );
  return { data, more };
}

function useDatasources(may: May, { open }: Wanted): TreeData['datasources'] {
  const { query } = useApi();
  const isRead = may('datasource', 'read');
  const newAt = may('datasource', 'create') ? '/connections' : undefined;
  const list = query.useQuery('get', '/api/v1/datasources', {}, { enabled: isRead });
  const { data, error } = list;
  const opened = useMemo(
    () => (data?.items ?? []).map(one => one.id).filter(id => open.has(datasourceRow(id))),
    [data, open]
  );
  const tables = useTables(opened);
  return useMemo(
    () => (isRead ? { datasources: { items: data?.items, error }, tables, newAt } : null),
    [isRead, data, error, tables, newAt]
  );
}

function useEndpoints(
  may: May,
  { open, search, state }: Wanted
): { endpoints: TreeData['endpoints']; more: (list: string) => void } {
  const { query } = useApi();
  const isRead = may('endpoint', 'read');
  const hasModules = may('module', 'read');
  const list = query.useQuery('get', '/api/v1/modules', {}, { enabled: isRead && hasModules });
  const { data, error } = list;
  const modules = useMemo(() => ({ items: data?.items, error }), [data, error]);
  const isSearch = search !== '' || state !== null;
  const isFound = isSearch || !hasModules;
  const filters = useMemo<EndpointFilter[]>(() => {
    if (!isRead) return [];
    if (isFound) {
      return [{ key: FOUND, ...(search && { search }), ...(state && { state }) }];
    }
    const opened = modules.items?.filter(({ name }) => open.has(moduleRow(name))) ?? [];
    return opened.map(({ name }) => ({ key: name, module: name }));
  }, [isRead, isFound, search, state, modules, open]);
  const { lists, more } = useEndpointLists(filters);
  const endpoints = useMemo(() => {
    if (!isRead) return null;
    const found = isFound ? (lists.get(FOUND) ?? {}) : null;
    return { modules, ofModule: lists, found, isSearch };
  }, [isRead, isFound, isSearch, modules, lists]);
  return { endpoints, more };
}

function useMacros(may: May): TreeData['macros'] {
  const { query } = useApi();
  const isRead = may('macro', 'read');
  const list = query.useQuery('get', '/api/v1/macros', {}, { enabled: isRead });
  const { data, error } = list;
  return useMemo(() => (isRead ? { items: data?.items, error } : null), [isRead, data, error]);
}
