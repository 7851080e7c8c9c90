import { type ReactElement, useEffect, useRef, useState } from 'react';

const PAUSE_MS = 250;

/** A search that is asked for when typing pauses. */
export function Search(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  const [typed, setTyped] = useState(props.value);
  const told = useRef(props.value);
  const change = useRef(props.onChange);
  useEffect(() => {
    change.current = props.onChange;
  });
  // Going back shows what was searched for then.
  useEffect(() => {
    if (props.value !== told.current) setTyped(props.value);
    told.current = props.value;
  }, [props.value]);
  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === told.current) return;
    const timer = setTimeout(() => {
      told.current = wanted;
      change.current(wanted);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <input
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      value={typed}
      onChange={event => setTyped(event.target.value)}
    />
  );
}
