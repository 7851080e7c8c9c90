import { type ReactElement, type ReactNode, useState } from 'react';

import { useApi } from '../../../api/context';
import type { MacroAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Facts, Page } from '../../../components/Page';
import { Link } from '../../../components/Link';
import { StateTag, Time } from '../../../components/small';
import { Loaded } from '../../../components/states';
import { type Tab, Tabs } from '../../../components/Tabs';
import { useFilters } from '../../location';
import { useMayMacro, useModules } from '../data';
import { DeleteMacro } from './DeleteMacro';
import { MacroCalls } from './MacroCalls';
import { MacroText } from './MacroText';
import { LANGUAGES } from './MacroTable';
import { MacroUses } from './MacroUses';
import { MacroVersions } from './MacroVersions';
import { PublishMacro } from './PublishMacro';

const UP = { to: '/modules/macros', title: 'Macros' };

/** One macro: its text, its versions, and the endpoints that it is in. */
export function MacroView(props: { id: string }): ReactElement {
  const path = { macro_id: props.id };
  const query = useApi().query.useQuery('get', '/api/v1/macros/{macro_id}', { params: { path } });
  if (query.data) return <Macro macro={query.data} />;
  return (
    <Page title="Macro" up={UP}>
      <Loaded query={query} what="the macro">
        {() => null}
      </Loaded>
    </Page>
  );
}

function Macro({ macro }: { macro: MacroAnswer }): ReactElement {
  const [filters, setFilters] = useFilters();
  const facts = useFacts(macro);
  const tabs: Tab[] = [
    { name: 'text', title: 'Text', content: () => <MacroText macro={macro} /> },
    { name: 'versions', title: 'Versions', content: () => <MacroVersions macro={macro} /> },
    { name: 'endpoints', title: 'Endpoints', content: () => <MacroUses macro={macro} /> }
  ];
  return (
    <Page
      title={macro.name}
      heading={
        <>
          {macro.name} <StateTag state={macro.state} />
        </>
      }
      up={UP}
      lead={macro.description}
      actions={<Actions macro={macro} />}
    >
      <div className="dbapi-Card dbapi-Macro-facts">
        <Facts facts={facts} />
      </div>
      <MacroCalls macro={macro} />
      <Tabs
        label="Parts of the macro"
        tabs={tabs}
        open={filters.get('tab') ?? 'text'}
        onOpen={tab => setFilters({ tab: tab === 'text' ? null : tab })}
      />
    </Page>
  );
}

function useFacts(macro: MacroAnswer): [string, ReactNode][] {
  const module = useModules().find(one => one.name === macro.module);
  return [
    [
      'For',
      module ? (
        <Link to={`/modules/${module.id}`}>{module.name}</Link>
      ) : (
        (macro.module ?? 'all modules')
      )
    ],
    ['Language', LANGUAGES[macro.language] ?? macro.language],
    ['Live version', macro.live_version ?? 'not published yet'],
    [
      'Changed',
      <span key="changed">
        <Time at={macro.updated_at} />
        {macro.updated_by && ` by ${macro.updated_by}`}
      </span>
    ]
  ];
}

function Actions({ macro }: { macro: MacroAnswer }): ReactElement {
  const may = useMayMacro(macro);
  const [open, setOpen] = useState<'publish' | 'delete' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      {may('delete') && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {may('publish') && (
        <Button
          look="accept"
          icon="publish"
          disabled={macro.state === 'live'}
          title={macro.state === 'live' ? 'The text that is saved is live' : undefined}
          onClick={() => setOpen('publish')}
        >
          Publish
        </Button>
      )}
      {open === 'publish' && <PublishMacro macro={macro} onClose={close} />}
      {open === 'delete' && <DeleteMacro macro={macro} onClose={close} />}
    </>
  );
}
