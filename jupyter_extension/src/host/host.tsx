import { createContext, type ReactElement, type ReactNode, useContext } from 'react';

/** Where a definition was published from. */
export interface Origin {
  notebook: string;
  cellId: string | null;
}

/** What only a notebook can do; a plain browser lacks it. */
export interface Notebooks {
  /** Put new cells below the active one, or into a new notebook when none is open. */
  insertCells(...sources: readonly string[]): void;
  /** Put text where the cursor is in the active cell. */
  insertText(text: string): void;
  /** Open a notebook at a cell. */
  openCell(origin: Origin): void;
}

/** What surrounds the pages: JupyterLab, or a plain browser. */
export interface Host {
  /** Show a page: `/endpoints/…`, with its query string. */
  open(location: string): void;
  /** The address that leads to a page, to be copied or opened in another tab. */
  href(location: string): string;
  /** Say briefly that something was done. */
  notify(message: string): void;
  /** Null outside of JupyterLab. */
  notebooks: Notebooks | null;
}

const HostContext = createContext<Host | null>(null);

export function HostProvider(props: { host: Host; children: ReactNode }): ReactElement {
  return <HostContext.Provider value={props.host}>{props.children}</HostContext.Provider>;
}

/** What surrounds the page; inside of HostProvider only. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) throw new Error('useHost is used outside of HostProvider');
  return host;
}
