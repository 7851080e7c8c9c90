import type { ResourceType } from '../api/schema';

/** A location with what it is to filter by; what is null or empty is left out. */
export function at(path: string, query: Record<string, string | null | undefined> = {}): string {
  const text = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []))
  ).toString();
  return text ? `${path}?${text}` : path;
}

/** An endpoint's page, or one of its tabs. */
export function endpointAt(id: string, tab?: 'versions' | 'try'): string {
  return tab ? `/endpoints/${id}/${tab}` : `/endpoints/${id}`;
}

export function clientAt(id: string): string {
  return `/clients/${id}`;
}

const PAGES: Partial<Record<ResourceType, (id: string) => string>> = {
  endpoint: id => endpointAt(id),
  client: clientAt,
  group: id => `/clients/groups/${id}`,
  datasource: id => `/connections/${id}`,
  module: id => `/modules/${id}`,
  macro: id => `/modules/macros/${id}`,
  user: id => `/users/${id}`,
  role: id => `/users/roles/${id}`,
  firewall_rule: () => '/firewall'
};

/** The page of a resource; undefined where it has none. */
export function resourceAt(type: string, id: string | null): string | undefined {
  return id === null ? undefined : PAGES[type as ResourceType]?.(id);
}
