import { type ReactElement, useState } from 'react';

import type { EndpointAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Problem } from '../../../components/states';
import type { Grantee } from './Grants';

const SHOWN = 50;

/** Picks who is given an endpoint, one after the other. */
export function GrantDialog(props: {
  noun: 'client' | 'group';
  endpoint: EndpointAnswer;
  /** Those that do not have it yet. */
  others: readonly Grantee[];
  onGive: (id: string) => Promise<void>;
  onClose: () => void;
}): ReactElement {
  const { noun, endpoint, others } = props;
  const [wanted, setWanted] = useState('');
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const fits = others.filter(one => one.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const give = async (id: string): Promise<void> => {
    setBusy(id);
    setError(null);
    try {
      await props.onGive(id);
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(null);
    }
  };
  return (
    <Dialog
      title={`${noun === 'client' ? 'Grant' : 'Put'} ${endpoint.method} ${endpoint.path}${
        noun === 'client' ? ' to a client' : ' into a group'
      }`}
      onClose={props.onClose}
    >
      <div className="dbapi-Field">
        <input
          type="search"
          aria-label={`Search ${noun}s`}
          placeholder={`Search ${noun}s`}
          value={wanted}
          onChange={event => setWanted(event.target.value)}
        />
      </div>
      <Problem error={error} />
      <ul className="dbapi-Grants dbapi-mod-pick">
        {fits.slice(0, SHOWN).map(one => (
          <li key={one.id}>
            <span>
              {one.name} <span className="dbapi-Muted">{one.description}</span>
            </span>
            <Button isBusy={busy === one.id} onClick={() => give(one.id)}>
              {noun === 'client' ? `Grant` : 'Put in'}
              <span className="dbapi-Hidden"> {one.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      {fits.length > SHOWN && (
        <p className="dbapi-Muted">{fits.length - SHOWN} more: search for one.</p>
      )}
      {fits.length === 0 && (
        <p className="dbapi-Muted">
          {others.length === 0 ? `Every ${noun} there is has it.` : `No other ${noun} fits.`}
        </p>
      )}
      <footer className="dbapi-Dialog-foot">
        <Button onClick={props.onClose}>Done</Button>
      </footer>
    </Dialog>
  );
}
