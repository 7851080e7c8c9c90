import { type ReactElement, type ReactNode, useState } from 'react';

import { useApi } from '../../../api/context';
import { Button } from '../../../components/Button';
import { Dialog } from '../../../components/Dialog';
import { Copy, Secret } from '../../../components/small';
import { callText, tokenText } from './snippets';

/** A client's id and its secret, which nobody sees again, and how it calls with them. */
export function Credentials(props: {
  title: string;
  clientId: string;
  secret: string;
  onClose: () => void;
  children?: ReactNode;
}): ReactElement {
  const [isAsked, setAsked] = useState(false);
  // Escape, pressed by habit, must not lose what cannot be shown again.
  const close = (): void => (isAsked ? props.onClose() : setAsked(true));
  return (
    <Dialog title={props.title} onClose={close} isWide>
      <div className="dbapi-Stack">
        <div className="dbapi-Secret">
          <span>Client id</span>
          <code>{props.clientId}</code>
          <Copy text={props.clientId} label="Copy client id" />
        </div>
        <Secret label="Client secret" text={props.secret} />
        {props.children}
        <HowToCall clientId={props.clientId} />
        {isAsked && (
          <p className="dbapi-Problem" role="alert">
            Is the secret kept? It cannot be shown again. Close once more to leave.
          </p>
        )}
        <footer className="dbapi-Dialog-foot">
          <Button look="accept" onClick={props.onClose}>
            I have kept the secret
          </Button>
        </footer>
      </div>
    </Dialog>
  );
}

/** How a program gets a token and calls with it. */
export function HowToCall(props: { clientId: string; path?: string }): ReactElement {
  const about = useApi().query.useQuery('get', '/api/v1/about', {}, { staleTime: Infinity });
  const url = about.data?.gateway_url ?? '…/api';
  return (
    <div className="dbapi-Stack">
      <Snippet label="Get a token" text={tokenText(url, props.clientId)} />
      <Snippet label="Call with it" text={callText(url, props.path)} />
    </div>
  );
}

function Snippet(props: { label: string; text: string }): ReactElement {
  return (
    <figure className="dbapi-Credential">
      <figcaption>
        {props.label}
        <Copy text={props.text} label={`Copy: ${props.label}`} />
      </figcaption>
      <pre>
        <code>{props.text}</code>
      </pre>
    </figure>
  );
}
