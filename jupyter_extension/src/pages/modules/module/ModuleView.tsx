import { type ReactElement, useState } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ModuleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Page } from '../../../components/Page';
import { Empty, Loaded } from '../../../components/states';
import { type Tab, Tabs } from '../../../components/Tabs';
import { useFilters } from '../../location';
import { EndpointsOf } from '../../parts/EndpointsOf';
import { useMacrosOf } from '../data';
import { MacroTable } from '../macro/MacroTable';
import { ActiveTag } from './ActiveTag';
import { DeleteModule } from './DeleteModule';
import { EditModule } from './EditModule';

const UP = { to: '/modules', title: 'Modules' };

/** One module, and what is in it. */
export function ModuleView(props: { id: string }): ReactElement {
  const path = { module_id: props.id };
  const query = useApi().query.useQuery('get', '/api/v1/modules/{module_id}', { params: { path } });
  if (query.data) return <Module module={query.data} />;
  return (
    <Page title="Module" up={UP}>
      <Loaded query={query} what="the module">
        {() => null}
      </Loaded>
    </Page>
  );
}

function Module({ module }: { module: ModuleAnswer }): ReactElement {
  const may = useMay();
  const [filters, setFilters] = useFilters();
  const tabs: Tab[] = [];
  if (may('endpoint', 'read')) {
    const content = (): ReactElement => (
      <EndpointsOf
        common={{ module: module.name }}
        empty={`No endpoint is in ${module.name}: a cell with “module: ${module.name}” puts one there`}
      />
    );
    tabs.push({ name: 'endpoints', title: 'Endpoints', content });
  }
  if (may('macro', 'read')) {
    tabs.push({ name: 'macros', title: 'Macros', content: () => <Macros of={module} /> });
  }
  return (
    <Page
      title={module.name}
      heading={
        <>
          {module.name} <ActiveTag isActive={module.is_active} />
        </>
      }
      up={UP}
      lead={module.description}
      actions={<Actions module={module} />}
    >
      <Tabs
        label="Parts of the module"
        tabs={tabs}
        open={filters.get('tab') ?? 'endpoints'}
        onOpen={tab => setFilters({ tab: tab === 'endpoints' ? null : tab })}
      />
    </Page>
  );
}

function Macros({ of }: { of: ModuleAnswer }): ReactElement {
  const macros = useMacrosOf(of.name);
  if (macros.length === 0) {
    return <Empty icon="macro" title={`No macro is kept for ${of.name} alone`} />;
  }
  return <MacroTable macros={macros} />;
}

function Actions({ module }: { module: ModuleAnswer }): ReactElement {
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const close = (): void => setOpen(null);
  return (
    <>
      {may('module', 'update', { id: module.id }) && (
        <Button icon="edit" onClick={() => setOpen('edit')}>
          Edit
        </Button>
      )}
      {may('module', 'delete', { id: module.id }) && (
        <Button icon="remove" onClick={() => setOpen('delete')}>
          Delete
        </Button>
      )}
      {open === 'edit' && <EditModule module={module} onClose={close} />}
      {open === 'delete' && <DeleteModule module={module} onClose={close} />}
    </>
  );
}
