import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactElement, type ReactNode, useContext } from 'react';

import type { Api } from './client';
import { ApiError } from './errors';

const ApiContext = createContext<Api | null>(null);

/** How server state is kept: shown at once when it was seen before, and asked for again. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && !isAnswer(error)
      }
    }
  });
}

// What the platform decided does not change by asking again at once.
function isAnswer(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

export function ApiProvider(props: {
  api: Api;
  queries: QueryClient;
  children: ReactNode;
}): ReactElement {
  return (
    <ApiContext.Provider value={props.api}>
      <QueryClientProvider client={props.queries}>{props.children}</QueryClientProvider>
    </ApiContext.Provider>
  );
}

/** The platform's API; inside of ApiProvider only. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (!api) throw new Error('useApi is used outside of ApiProvider');
  return api;
}
