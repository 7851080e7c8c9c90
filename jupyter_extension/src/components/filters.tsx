import { type ReactElement, useEffect, useId, useRef, useState } from 'react';

import { Button } from './Button';

// So long nothing was typed before the platform is asked.
const PAUSE_MS = 300;

/** A text that filters; it is told when typing pauses. */
export function TextFilter(props: {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  placeholder?: string;
  /** Suggested values; any other may be typed. */
  options?: readonly string[];
  /** What the text must be like for it to be told, and the words for when it is not. */
  pattern?: readonly [RegExp, string];
  type?: 'search' | 'number';
}): ReactElement {
  const list = useId();
  const [typed, setTyped] = useTyped(props.value ?? '', text => props.onChange(text || null));
  const wrong = typed !== '' && props.pattern && !props.pattern[0].test(typed);
  return (
    <label className="dbapi-Filter">
      <span>{props.label}</span>
      <input
        type={props.type ?? 'search'}
        value={typed}
        placeholder={props.placeholder}
        list={props.options && list}
        aria-invalid={wrong || undefined}
        title={wrong ? props.pattern?.[1] : undefined}
        onChange={event => {
          const text = event.target.value;
          setTyped(text, text === '' || !props.pattern || props.pattern[0].test(text));
        }}
      />
      {props.options && (
        <datalist id={list}>
          {props.options.map(option => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </label>
  );
}

// What is typed is shown at once, and told later; what comes from outside replaces it.
function useTyped(
  value: string,
  onPause: (text: string) => void
): [string, (text: string, isTold: boolean) => void] {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const tell = useRef(onPause);
  useEffect(() => {
    tell.current = onPause;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  if (seen !== value) {
    setSeen(value);
    setTyped(value);
  }
  const type = (text: string, isTold: boolean): void => {
    setTyped(text);
    clearTimeout(timer.current);
    if (isTold) timer.current = setTimeout(() => tell.current(text.trim()), PAUSE_MS);
  };
  return [typed, type];
}

/** One of a few values, or any. */
export function ChoiceFilter(props: {
  label: string;
  value: string | null;
  options: readonly (readonly [value: string, title: string])[];
  any: string;
  onChange: (value: string | null) => void;
}): ReactElement {
  return (
    <label className="dbapi-Filter">
      <span>{props.label}</span>
      <select
        value={props.value ?? ''}
        onChange={event => props.onChange(event.target.value || null)}
      >
        <option value="">{props.any}</option>
        {props.options.map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A moment; it is shown in the time zone of whoever looks, and told in UTC. */
export function MomentFilter(props: {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
}): ReactElement {
  const shown = localOf(props.value);
  const [typed, setTyped] = useTyped(shown, text => {
    const moment = new Date(text);
    props.onChange(Number.isNaN(moment.getTime()) ? null : moment.toISOString());
  });
  return (
    <label className="dbapi-Filter">
      <span>{props.label}</span>
      <input
        type="datetime-local"
        value={typed}
        onChange={event => setTyped(event.target.value, true)}
      />
    </label>
  );
}

function localOf(moment: string | null): string {
  const at = moment === null ? NaN : Date.parse(moment);
  if (Number.isNaN(at)) return '';
  const offset = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offset).toISOString().slice(0, 16);
}

/** A few values beside each other, of which one is chosen. */
export function Segments<T extends string>(props: {
  label: string;
  value: T;
  options: readonly (readonly [value: T, title: string])[];
  onChange: (value: T) => void;
}): ReactElement {
  return (
    <div className="dbapi-Segments" role="group" aria-label={props.label}>
      {props.options.map(([value, title]) => (
        <Button
          key={value}
          look="quiet"
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {title}
        </Button>
      ))}
    </div>
  );
}
