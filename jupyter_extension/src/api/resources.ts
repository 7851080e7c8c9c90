import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import type { Api } from './client';
import { useApi } from './context';

/** What is looked for by its name. */
export type Findable = 'endpoint' | 'client' | 'group' | 'module' | 'datasource' | 'macro';

/** A resource as people choose it. */
export interface Found {
  id: string;
  name: string;
  note: string | null;
}

const LIMIT = 30;
const PAUSE_MS = 250;

type Load = (http: Api['http'], search: string) => Promise<Found[]>;

const LOADERS: Record<Findable, Load> = {
  endpoint: async (http, search) => {
    const query = { limit: LIMIT, search: search || null };
    const { data } = await http.GET('/api/v1/endpoints', { params: { query } });
    return (data?.items ?? []).map(one => ({
      id: one.id,
      name: `${one.method} ${one.path}`,
      note: one.description ?? one.name
    }));
  },
  client: async (http, search) => {
    const query = { limit: LIMIT, search: search || null };
    const { data } = await http.GET('/api/v1/clients', { params: { query } });
    return (data?.items ?? []).map(described);
  },
  group: async (http, search) => {
    const query = { limit: LIMIT, search: search || null };
    const { data } = await http.GET('/api/v1/groups', { params: { query } });
    return (data?.items ?? []).map(described);
  },
  module: async (http, search) => {
    const { data } = await http.GET('/api/v1/modules');
    return matching((data?.items ?? []).map(described), search);
  },
  datasource: async (http, search) => {
    const { data } = await http.GET('/api/v1/datasources');
    return matching((data?.items ?? []).map(described), search);
  },
  macro: async (http, search) => {
    const { data } = await http.GET('/api/v1/macros');
    return matching((data?.items ?? []).map(described), search);
  }
};

function described(one: { id: string; name: string; description: string | null }): Found {
  return { id: one.id, name: one.name, note: one.description };
}

// These lists come whole, so they are searched here.
function matching(all: Found[], search: string): Found[] {
  const wanted = search.toLowerCase();
  return all.filter(one => one.name.toLowerCase().includes(wanted)).slice(0, LIMIT);
}

/** The first resources of a type whose name holds what was typed, once typing pauses. */
export function useFound(type: Findable, typed: string): UseQueryResult<Found[], unknown> {
  const { http } = useApi();
  const search = usePaused(typed.trim());
  return useQuery<Found[], unknown>({
    queryKey: ['found', type, search],
    queryFn: () => LOADERS[type](http, search),
    placeholderData: keepPreviousData
  });
}

function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
