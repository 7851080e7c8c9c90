import type { ColumnDef } from '@tanstack/react-table';
import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer, VersionAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Section } from '../../../components/Page';
import { Tag, Time } from '../../../components/small';
import { Empty, Loaded } from '../../../components/states';
import { Table } from '../../../components/Table';
import { useFilters } from '../../location';
import type { MayHere } from '../data';
import { AvailabilityTags } from './availability';
import { Comparison } from './Comparison';
import { VersionCard } from './VersionCard';

const COLUMNS: ColumnDef<VersionAnswer>[] = [
  {
    id: 'number',
    header: 'Version',
    cell: ({ row }) => (
      <>
        {row.original.number} {row.original.is_live && <Tag tone="good">live</Tag>}
        <AvailabilityTags of={row.original} />
        {row.original.forced !== null && <Tag tone="attention">a test failed</Tag>}
      </>
    )
  },
  {
    id: 'message',
    header: 'Message',
    cell: ({ row }) => row.original.message ?? <span className="dbapi-Muted">–</span>
  },
  {
    id: 'who',
    header: 'Published by',
    cell: ({ row }) => row.original.created_by ?? <span className="dbapi-Muted">–</span>
  },
  { id: 'when', header: 'When', cell: ({ row }) => <Time at={row.original.created_at} /> },
  {
    id: 'from',
    header: 'Came from',
    cell: ({ row }) => row.original.provenance.notebook ?? <span className="dbapi-Muted">–</span>
  }
];

/** Everything that was published, and what differs between any two. */
export function VersionsTab(props: { endpoint: EndpointAnswer; may: MayHere }): ReactElement {
  const { endpoint } = props;
  const [filters, change] = useFilters();
  const versions = useApi().query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/versions', {
    params: { path: { endpoint_id: endpoint.id } }
  });
  return (
    <Loaded query={versions} what="versions">
      {({ items }) =>
        items.length === 0 ? (
          <Empty icon="history" title="It was never published">
            <p>Publishing makes version 1: all that a call needs, as it is then, for good.</p>
          </Empty>
        ) : (
          <Versions {...props} versions={items} filters={filters} onChange={change} />
        )
      }
    </Loaded>
  );
}

function Versions(props: {
  endpoint: EndpointAnswer;
  may: MayHere;
  versions: readonly VersionAnswer[];
  filters: URLSearchParams;
  onChange: (changes: Record<string, string | null>) => void;
}): ReactElement {
  const { endpoint, versions, filters, onChange } = props;
  const chosen = versions.find(version => String(version.number) === filters.get('version'));
  const sides = [
    'draft',
    ...(endpoint.live_version === null ? [] : ['live']),
    ...versions.map(version => String(version.number))
  ];
  const compare = (from: string, to: string): void => onChange({ from, to });
  return (
    <>
      <Section title="Versions">
        <Table
          label="Versions"
          columns={COLUMNS}
          rows={versions}
          idOf={version => String(version.number)}
          selected={filters.get('version') ?? ''}
          onOpen={version =>
            onChange({
              version: version.number === chosen?.number ? null : String(version.number)
            })
          }
        />
      </Section>
      {chosen ? (
        <VersionCard
          endpoint={endpoint}
          may={props.may}
          version={chosen}
          onCompare={compare}
          onClose={() => onChange({ version: null })}
        />
      ) : (
        <p className="dbapi-Muted">
          Open a version to see where it came from, or to go back to it.
        </p>
      )}
      <Section
        title="Compare"
        actions={
          filters.has('from') && (
            <Button look="quiet" onClick={() => onChange({ from: null, to: null })}>
              Stop comparing
            </Button>
          )
        }
      >
        <Comparison
          endpoint={endpoint}
          sides={sides}
          from={filters.get('from')}
          to={filters.get('to')}
          onChange={compare}
        />
      </Section>
    </>
  );
}
