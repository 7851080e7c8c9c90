import { useMemo, useState, useSyncExternalStore } from 'react';

import type { Host } from '../host/host';

function current(): string {
  return window.location.hash.slice(1) || '/dashboard';
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** Where the browser is: what follows the # of the address. */
export function useLocation(): string {
  return useSyncExternalStore(subscribe, current);
}

/** A plain browser around the pages, and the message that it shows now. */
export function useBrowserHost(): { host: Host; message: string } {
  const [message, setMessage] = useState('');
  const host = useMemo<Host>(
    () => ({
      open: location => {
        window.location.hash = location;
      },
      href: location => `#${location}`,
      notify: text => {
        setMessage(text);
        setTimeout(() => setMessage(now => (now === text ? '' : now)), 5000);
      },
      notebooks: null
    }),
    []
  );
  return { host, message };
}
