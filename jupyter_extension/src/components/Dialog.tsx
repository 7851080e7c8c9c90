import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react';

import { Button } from './Button';
import { Problem } from './states';

const FIRST_FIELD =
  '.dbapi-Dialog-body :is(.dbapi-Form, .dbapi-Picker) :is(input, select, textarea):not([disabled])';

/** A dialog over everything else; Escape closes it, and focus goes back to where it was. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  isWide?: boolean;
}): ReactElement {
  const element = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // The button that closes it stands first; somebody who fills in a form begins at its field.
    element.current?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={`dbapi-Dialog ${props.isWide ? 'dbapi-mod-wide' : ''}`}
      aria-labelledby={title}
      onCancel={event => {
        event.preventDefault();
        props.onClose();
      }}
      // JupyterLab must not take what is typed here for its shortcuts.
      data-lm-suppress-shortcuts="true"
    >
      <header className="dbapi-Dialog-head">
        <h2 id={title}>{props.title}</h2>
        <Button look="quiet" icon="close" aria-label="Close" onClick={props.onClose} />
      </header>
      <div className="dbapi-Dialog-body">{props.children}</div>
    </dialog>
  );
}

/** Asks before something is destroyed: `children` name what it affects. */
export function Confirm(props: {
  title: string;
  /** What the button does, as a verb: "Delete the client". */
  action: string;
  children: ReactNode;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
  /** Typed before the button can be pressed, where the damage is large. */
  word?: string;
}): ReactElement {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await props.onConfirm();
      props.onClose();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {props.children}
      {props.word !== undefined && (
        <label className="dbapi-Field">
          <span>
            Type <code>{props.word}</code> to go on
          </span>
          <input
            className="jp-mod-styled"
            value={typed}
            onChange={event => setTyped(event.target.value)}
          />
        </label>
      )}
      <Problem error={error} />
      <footer className="dbapi-Dialog-foot">
        <Button onClick={props.onClose}>Cancel</Button>
        <Button
          look="warn"
          isBusy={isBusy}
          disabled={props.word !== undefined && typed !== props.word}
          onClick={confirm}
        >
          {props.action}
        </Button>
      </footer>
    </Dialog>
  );
}
