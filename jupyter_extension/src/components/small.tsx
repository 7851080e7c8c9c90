import { type ReactElement, type ReactNode, useState } from 'react';

import { Button } from './Button';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago a moment was, in words. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return 'just now';
}

/** A moment in words, with the exact time as its tip. */
export function Time(props: { at: string | null | undefined }): ReactElement {
  if (!props.at) return <span className="dbapi-Muted">never</span>;
  return (
    <time dateTime={props.at} title={new Date(props.at).toLocaleString()}>
      {ago(props.at)}
    </time>
  );
}

export type Tone = 'neutral' | 'good' | 'attention' | 'bad' | 'info';

/** A word with a colour that says how things stand; never the colour alone. */
export function Tag(props: { tone?: Tone; children: ReactNode; title?: string }): ReactElement {
  return (
    <span className={`dbapi-Tag dbapi-mod-${props.tone ?? 'neutral'}`} title={props.title}>
      {props.children}
    </span>
  );
}

const STATES: Record<string, Tone> = {
  live: 'good',
  edited: 'attention',
  draft: 'neutral',
  unpublished: 'neutral'
};

/** The state of an endpoint or a macro. */
export function StateTag(props: { state: string }): ReactElement {
  // Alone it would read as if nothing was live.
  const words = props.state === 'edited' ? 'live · edited' : props.state;
  return <Tag tone={STATES[props.state] ?? 'neutral'}>{words}</Tag>;
}

/** The status of an answer. */
export function StatusTag(props: { status: number }): ReactElement {
  const tone = props.status >= 500 ? 'bad' : props.status >= 400 ? 'attention' : 'good';
  return <Tag tone={tone}>{props.status}</Tag>;
}

/** A method and a path, as endpoints are called. */
export function Route(props: { method: string; path: string }): ReactElement {
  return (
    <span className="dbapi-Route">
      <span className="dbapi-Method" data-method={props.method}>
        {props.method}
      </span>{' '}
      <code>{props.path}</code>
    </span>
  );
}

/** Copies a text, and says so. */
export function Copy(props: { text: string; label?: string }): ReactElement {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.text);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button
      look="quiet"
      icon={isDone ? 'check' : 'copy'}
      aria-label={props.label ?? 'Copy'}
      onClick={copy}
    >
      {isDone ? 'Copied' : undefined}
    </Button>
  );
}

/** A text that is shown this once: a secret, a token. */
export function Secret(props: { label: string; text: string }): ReactElement {
  return (
    <div className="dbapi-Secret" role="status">
      <span>{props.label}</span>
      <code>{props.text}</code>
      <Copy text={props.text} label={`Copy ${props.label}`} />
      <small className="dbapi-Muted">It is shown only now. Keep it where secrets are kept.</small>
    </div>
  );
}

/** Milliseconds, as short as they are told apart. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(2)} ms`;
}

/** A count with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
