import { createContext, type ReactElement, type ReactNode, useContext, useMemo } from 'react';

import { useHost } from '../host/host';

/** Where a page is: the parts after its first one, and its query. */
export interface PageLocation {
  /** `/clients/7` is `['clients', '7']`. */
  parts: readonly string[];
  query: URLSearchParams;
}

const LocationContext = createContext<string>('/');

/** Tells pages where they are; the host changes it when it opens another location. */
export function LocationProvider(props: { location: string; children: ReactNode }): ReactElement {
  return (
    <LocationContext.Provider value={props.location}>{props.children}</LocationContext.Provider>
  );
}

/** Where this page is. */
export function usePageLocation(): PageLocation {
  const location = useContext(LocationContext);
  return useMemo(() => {
    const [path = '', query = ''] = location.split('?');
    const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
    return { parts, query: new URLSearchParams(query) };
  }, [location]);
}

/** The filters of a page, kept in its location so that a link leads to what is seen. */
export function useFilters(): [URLSearchParams, (changes: Record<string, string | null>) => void] {
  const location = useContext(LocationContext);
  const host = useHost();
  const { query } = usePageLocation();
  const change = (changes: Record<string, string | null>): void => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    const [path = ''] = location.split('?');
    const text = next.toString();
    host.open(text ? `${path}?${text}` : path);
  };
  return [query, change];
}
