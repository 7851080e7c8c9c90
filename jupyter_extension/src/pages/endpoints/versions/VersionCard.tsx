import { type ReactElement, useState } from 'react';

import { cellTexts } from '../../../texts/cellText';
import { useApi } from '../../../api/context';
import { asApiError } from '../../../api/errors';
import type { EndpointAnswer, VersionAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Facts } from '../../../components/Page';
import { Tag, Time } from '../../../components/small';
import { Problem } from '../../../components/states';
import { useHost } from '../../../host/host';
import type { MayHere } from '../data';
import { AvailabilityTags } from './availability';
import { AvailabilityDialog } from './AvailabilityDialog';
import { definitionOf } from './definition';
import { GoLiveDialog } from './GoLiveDialog';

/** One version: where it came from, and what can be done with it. */
export function VersionCard(props: {
  endpoint: EndpointAnswer;
  may: MayHere;
  version: VersionAnswer;
  onCompare: (from: string, to: string) => void;
  onClose: () => void;
}): ReactElement {
  const { endpoint, may, version, onCompare } = props;
  const { notebooks } = useHost();
  const [isAsking, setAsking] = useState(false);
  const [isChanging, setChanging] = useState(false);
  const number = String(version.number);
  const { notebook, cell_id: cellId } = version.provenance;
  const isBack = endpoint.live_version !== null && version.number < endpoint.live_version;
  return (
    <section className="dbapi-Card dbapi-Version" aria-label={`Version ${number}`}>
      <header className="dbapi-Endpoint-cardhead">
        <h2>
          Version {number} {version.is_live && <Tag tone="good">live</Tag>}{' '}
          <AvailabilityTags of={version} />
        </h2>
        <Button look="quiet" icon="close" aria-label="Close the version" onClick={props.onClose} />
      </header>
      <Provenance version={version} />
      <footer className="dbapi-Page-actions">
        <Button onClick={() => onCompare(number, 'draft')}>Compare with the draft</Button>
        {endpoint.live_version !== null && !version.is_live && (
          <Button onClick={() => onCompare('live', number)}>Compare with what is live</Button>
        )}
        {notebooks && notebook && (
          <Button
            icon="open"
            onClick={() => notebooks.openCell({ notebook, cellId: cellId ?? null })}
          >
            Open the notebook at the cell
          </Button>
        )}
        <Pull endpoint={endpoint} number={number} />
        {may('publish') && (
          <Button icon="client" onClick={() => setChanging(true)}>
            Who may call it…
          </Button>
        )}
        {may('publish') && !version.is_live && (
          <Button
            look="accept"
            icon={isBack ? 'history' : 'publish'}
            onClick={() => setAsking(true)}
          >
            {isBack ? 'Roll back to this' : 'Publish this version'}
          </Button>
        )}
      </footer>
      {isChanging && (
        <AvailabilityDialog
          endpoint={endpoint}
          version={version.number}
          onClose={() => setChanging(false)}
        />
      )}
      {isAsking && (
        <GoLiveDialog
          endpoint={endpoint}
          version={version.number}
          isBack={isBack}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}

function Provenance({ version }: { version: VersionAnswer }): ReactElement {
  const { notebook, cell_id: cellId, git_commit: commit } = version.provenance;
  const columns = version.columns?.map(column => `${column.name} (${column.type})`).join(', ');
  return (
    <Facts
      facts={[
        ['Message', version.message],
        ['Published by', version.created_by],
        ['When', <Time key="when" at={version.created_at} />],
        ['Notebook', notebook],
        ['Cell', cellId && <code>{cellId}</code>],
        ['Commit', commit && <code>{commit.slice(0, 12)}</code>],
        ['Identity', <code key="hash">{version.hash.slice(0, 12)}</code>],
        ...(version.forced === null
          ? []
          : ([['Published although a test failed', version.forced]] as const)),
        ...(columns ? ([['Columns that runs showed', columns]] as const) : [])
      ]}
    />
  );
}

/** Writes a version back as a cell: into the notebook, or to be copied. */
function Pull(props: { endpoint: EndpointAnswer; number: string }): ReactElement {
  const api = useApi();
  const host = useHost();
  const [error, setError] = useState<unknown>(null);
  const pull = async (): Promise<void> => {
    setError(null);
    try {
      const cells = cellTexts(await definitionOf(api, props.endpoint, props.number));
      if (host.notebooks) {
        host.notebooks.insertCells(...cells);
      } else {
        await navigator.clipboard.writeText(cells.join('\n\n'));
        host.notify(cells.length === 1 ? 'The cell is copied' : 'The cells are copied');
      }
    } catch (reason) {
      setError(asApiError(reason));
    }
  };
  return (
    <>
      <Button icon={host.notebooks ? 'add' : 'copy'} onClick={pull}>
        {host.notebooks ? 'Pull into a new cell' : 'Copy as a cell'}
      </Button>
      <Problem error={error} />
    </>
  );
}
