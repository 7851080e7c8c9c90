import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import type { QueryClient } from '@tanstack/react-query';
import { lazy, type ReactElement, Suspense } from 'react';

import type { Api } from '../api/client';
import { ApiProvider } from '../api/context';
import { type Host, HostProvider } from '../host/host';

// What draws pages is loaded with the first one, and not while JupyterLab starts.
const PageView = lazy(async () => ({ default: (await import('../pages/PageView')).PageView }));

/** What pages in JupyterLab share. */
export interface Surroundings {
  api: Api;
  queries: QueryClient;
  host: Host;
}

/** Puts what is ours around a React element. */
export function surround(around: Surroundings, element: ReactElement): ReactElement {
  return (
    <ApiProvider api={around.api} queries={around.queries}>
      <HostProvider host={around.host}>{element}</HostProvider>
    </ApiProvider>
  );
}

/** A page in the main area; it shows the location that was opened last. */
export class PageWidget extends ReactWidget {
  constructor(
    private readonly around: Surroundings,
    private shown: string
  ) {
    super();
    this.addClass('dbapi-PageWidget');
  }

  get location(): string {
    return this.shown;
  }

  set location(location: string) {
    this.shown = location;
    this.update();
  }

  private readonly rename = (title: string): void => {
    this.title.label = title;
  };

  /** Its tab was behind others: what it shows may be old. */
  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this.around.queries.refetchQueries({ type: 'active', stale: true });
  }

  protected render(): ReactElement {
    return surround(
      this.around,
      <Suspense fallback={null}>
        <PageView location={this.shown} onTitle={this.rename} />
      </Suspense>
    );
  }
}
