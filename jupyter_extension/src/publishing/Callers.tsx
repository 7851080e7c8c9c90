import type { ReactElement } from 'react';

import type { CalledByAnswer } from '../api/schema';
import { Section } from '../components/Page';
import { count, Time } from '../components/small';

/** Who called the endpoint lately, and so meets the change. */
export function Callers(props: { callers: readonly CalledByAnswer[]; days: number }): ReactElement {
  return (
    <Section title={`Callers of the last ${props.days} days`}>
      {props.callers.length === 0 ? (
        <p className="dbapi-Muted">Nobody called it.</p>
      ) : (
        <div className="dbapi-Publish-fields">
          <table>
            <thead>
              <tr>
                <th scope="col">Client</th>
                <th scope="col">Requests</th>
                <th scope="col">Last call</th>
              </tr>
            </thead>
            <tbody>
              {props.callers.map(caller => (
                <tr key={caller.client_id ?? ''}>
                  <th scope="row">{nameOf(caller)}</th>
                  <td>{count(caller.requests)}</td>
                  <td>
                    <Time at={caller.last_called_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function nameOf(caller: CalledByAnswer): string {
  if (caller.client_id === null) return 'Calls without a client';
  return caller.name ?? 'A client that you may not see, or that is gone';
}
