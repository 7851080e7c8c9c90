import type { ReactElement } from 'react';

import { parametersOf } from '../api/parameters';
import { useMay } from '../api/me';
import type { PublishedAnswer } from '../api/schema';
import { Button } from '../components/Button';
import { Section } from '../components/Page';
import { Copy } from '../components/small';
import { useHost } from '../host/host';
import { Snippets } from './Snippets';

/** It is live: where, and how it is called. */
export function Published(props: {
  published: PublishedAnswer;
  onClose: () => void;
}): ReactElement {
  const { version, created, url, endpoint } = props.published;
  const host = useHost();
  const mayGrant = useMay()('client', 'update');
  const isPrivate = endpoint.access === 'private';
  const open = (location: string): void => {
    props.onClose();
    host.open(location);
  };
  return (
    <div className="dbapi-Publish">
      <p className="dbapi-Publish-lead" role="status">
        Version {version} is live{created ? '' : '; it is the same as it was before'}.{' '}
        {isPrivate ? 'Only clients that were granted it may call it.' : 'Anybody may call it.'}
      </p>
      <p className="dbapi-Endpoint-lead">
        <code>{url}</code>
        <Copy text={url} label="Copy the URL" />
      </p>
      <Section title="Call it">
        <Snippets
          call={{
            method: endpoint.method,
            url,
            parameters: parametersOf(endpoint.path, endpoint.params),
            values: {},
            isPrivate
          }}
        />
      </Section>
      <footer className="dbapi-Dialog-foot">
        {isPrivate && mayGrant && (
          <Button icon="client" onClick={() => open(`/endpoints/${endpoint.id}/access`)}>
            Grant a client
          </Button>
        )}
        <Button icon="open" onClick={() => open(`/endpoints/${endpoint.id}`)}>
          Open endpoint
        </Button>
        <Button look="accept" onClick={props.onClose}>
          Done
        </Button>
      </footer>
    </div>
  );
}
