import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useState } from 'react';

import { Problem } from './states';

export interface Option {
  id: string;
  name: string;
  note?: string | null;
}

/** A search whose results are chosen from: with the pointer, or with the arrow keys and Enter. */
export function Picker(props: {
  label: string;
  placeholder?: string;
  typed: string;
  onType: (text: string) => void;
  /** Undefined while they are awaited. */
  options: readonly Option[] | undefined;
  error?: unknown;
  /** Said where there is nothing at all to choose: how to make the first. */
  none?: ReactNode;
  /** Those that are chosen already: shown, and not chosen again. */
  taken?: ReadonlySet<string>;
  onChoose: (option: Option) => void;
}): ReactElement {
  const id = useId();
  const [at, setAt] = useState(0);
  const options = props.options ?? [];
  const current = options[Math.min(at, options.length - 1)];
  const isTaken = (option: Option): boolean => props.taken?.has(option.id) === true;
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setAt(Math.max(0, Math.min(at + step, options.length - 1)));
    else if (event.key === 'Enter' && current && !isTaken(current)) props.onChoose(current);
    else if (event.key !== 'Enter') return;
    event.preventDefault();
  };
  return (
    <div className="dbapi-Picker">
      <label className="dbapi-Field">
        <span>{props.label}</span>
        <input
          type="search"
          role="combobox"
          aria-expanded={options.length > 0}
          aria-controls={id}
          aria-activedescendant={current && `${id}-${current.id}`}
          aria-autocomplete="list"
          autoComplete="off"
          placeholder={props.placeholder ?? 'Search'}
          value={props.typed}
          onChange={event => {
            setAt(0);
            props.onType(event.target.value);
          }}
          onKeyDown={press}
        />
      </label>
      <Problem error={props.error} />
      <div id={id} role="listbox" aria-label={props.label} className="dbapi-Picker-list">
        {options.map(option => (
          // Keys are pressed in the field above, as comboboxes have it.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={option.id}
            id={`${id}-${option.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={option === current}
            aria-disabled={isTaken(option)}
            onClick={() => !isTaken(option) && props.onChoose(option)}
          >
            <span>{option.name}</span>
            <small className="dbapi-Muted">{isTaken(option) ? 'there already' : option.note}</small>
          </div>
        ))}
      </div>
      {props.options?.length === 0 && (
        <p className="dbapi-Muted">
          {props.typed.trim() === ''
            ? (props.none ?? 'There is none yet.')
            : 'Nothing is called like this.'}
        </p>
      )}
    </div>
  );
}
