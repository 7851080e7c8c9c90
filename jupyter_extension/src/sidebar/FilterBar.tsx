import type { ReactElement } from 'react';

import type { State } from '../api/schema';

const STATES: readonly State[] = ['live', 'edited', 'draft', 'unpublished'];

/** What is searched, and the state of the endpoints that are shown. */
export function FilterBar(props: {
  text: string;
  onText: (text: string) => void;
  state: State | null;
  onState: (state: State | null) => void;
  hasEndpoints: boolean;
}): ReactElement {
  return (
    <div className="dbapi-Bar dbapi-Sidebar-filter" role="search">
      <input
        type="search"
        aria-label="Search tables, endpoints and macros"
        placeholder="Search"
        value={props.text}
        onChange={event => props.onText(event.target.value)}
        // JupyterLab must not take what is typed here for its shortcuts.
        data-lm-suppress-shortcuts="true"
      />
      {props.hasEndpoints && (
        <select
          aria-label="State of endpoints"
          value={props.state ?? ''}
          onChange={event => props.onState(STATES.find(one => one === event.target.value) ?? null)}
        >
          <option value="">Any state</option>
          {STATES.map(state => (
            <option key={state} value={state}>
              {state}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
