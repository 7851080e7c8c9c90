import { ReactWidget } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import { lazy, type ReactElement, Suspense } from 'react';

import type { SidebarHost } from '../sidebar/Sidebar';
import { labIcon } from './icons';
import { type Surroundings, surround } from './PageWidget';

const Sidebar = lazy(async () => ({ default: (await import('../sidebar/Sidebar')).Sidebar }));

/** The sidebar's place. Nothing is loaded or asked before it is seen. */
export class SidebarWidget extends ReactWidget {
  private isBegun = false;

  constructor(
    private readonly around: Surroundings,
    private readonly host: SidebarHost
  ) {
    super();
    this.id = 'dbapi-sidebar';
    this.addClass('dbapi-SidebarWidget');
    this.title.icon = labIcon('endpoint');
    this.title.caption = 'pyDBAPI';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'pyDBAPI');
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.begin();
  }

  protected onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.begin();
  }

  protected render(): ReactElement | null {
    if (!this.isBegun) return null;
    return surround(
      this.around,
      <Suspense fallback={null}>
        <Sidebar {...this.host} />
      </Suspense>
    );
  }

  private begin(): void {
    if (this.isBegun || !this.isVisible) return;
    this.isBegun = true;
    void this.host.session.begin();
    this.update();
  }
}
