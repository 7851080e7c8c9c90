import type { ReactElement } from 'react';

import type { MacroAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Copy } from '../../../components/small';
import { useHost } from '../../../host/host';
import { callsOf } from '../../../texts/macroCalls';

/** How the macro is called, to be copied or put into a cell. */
export function MacroCalls({ macro }: { macro: MacroAnswer }): ReactElement | null {
  const host = useHost();
  const { notebooks } = host;
  const calls = callsOf(macro);
  if (calls.length === 0) return null;
  const insert = (call: string): void => {
    notebooks?.insertText(call);
    host.notify('The call was put into the active cell');
  };
  return (
    <ul className="dbapi-Calls" aria-label="How to call it">
      {calls.map(call => (
        <li key={call}>
          <code>{call}</code>
          <Copy text={call} label={`Copy ${call}`} />
          {notebooks && (
            <Button icon="add" onClick={() => insert(call)}>
              Insert into the cell
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
