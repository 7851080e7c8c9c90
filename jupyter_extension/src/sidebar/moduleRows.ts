import type { Branch } from './branch';
import { matches } from './datasourceRows';
import { type EndpointFacts, type MacroFacts, moduleRow } from './nodes';
import type { TreeBuilder } from './TreeBuilder';

export interface ModuleFacts {
  id: string;
  name: string;
}

/** Endpoints by the module's name, or those of all modules that were searched for. */
export interface EndpointLists {
  modules: Branch<ModuleFacts>;
  ofModule: ReadonlyMap<string, Branch<EndpointFacts>>;
  /** In place of the modules' own lists, where something is searched or modules are not told. */
  found: Branch<EndpointFacts> | null;
  isSearch: boolean;
}

/** What the list of endpoints that were found is kept under. */
export const FOUND = 'found';

const NONE = 'No endpoints yet: write the first one in a %%dbapi sql cell';

/** Modules and the endpoints in them. */
export function addModules(tree: TreeBuilder, section: string, lists: EndpointLists): void {
  if (lists.found) {
    addFound(tree, section, lists, lists.found);
    return;
  }
  const add = ({ id: moduleId, name }: ModuleFacts): void => {
    const id = moduleRow(name);
    const branch = lists.ofModule.get(name);
    const total = branch?.total ?? null;
    tree.addFolder(section, { id, kind: 'module', name, moduleId, total }, false);
    if (!branch) return;
    tree.list(id, branch, 'endpoints', addTo(tree, id, moduleId), {
      kind: 'note',
      tone: 'muted',
      text: 'No endpoints in this module yet'
    });
    if (branch.hasMore) tree.add(id, { id: `${id}/more`, kind: 'more', list: name });
  };
  tree.list(section, lists.modules, 'modules', add, {
    kind: 'note',
    tone: 'muted',
    text: NONE
  });
}

function addFound(
  tree: TreeBuilder,
  section: string,
  lists: EndpointLists,
  found: Branch<EndpointFacts>
): void {
  const ids = idsOf(lists.modules);
  const add = (endpoint: EndpointFacts): void => {
    const { module: name } = endpoint;
    const id = moduleRow(name);
    const moduleId = ids.get(name) ?? null;
    if (!tree.nodes.has(id)) {
      tree.addFolder(section, { id, kind: 'module', name, moduleId, total: null }, true);
    }
    addTo(tree, id, moduleId)(endpoint);
  };
  tree.list(section, found, 'endpoints', add, {
    kind: 'note',
    tone: 'muted',
    text: lists.isSearch ? 'No endpoint matches' : NONE
  });
  if (found.hasMore) tree.add(section, { id: `${section}/more`, kind: 'more', list: FOUND });
}

function addTo(tree: TreeBuilder, parent: string, moduleId: string | null) {
  return (endpoint: EndpointFacts): void =>
    tree.add(parent, { id: `endpoint/${endpoint.id}`, kind: 'endpoint', endpoint, moduleId });
}

function idsOf(modules: Branch<ModuleFacts>): Map<string, string> {
  return new Map(modules.items?.map(module => [module.name, module.id]));
}

/** Macros: first those for all modules, then each module's. */
export function addMacros(
  tree: TreeBuilder,
  section: string,
  macros: Branch<MacroFacts>,
  modules: Branch<ModuleFacts>,
  filter: string
): void {
  const ids = idsOf(modules);
  const found = macros.items
    ?.filter(macro => matches(filter, macro.name))
    .toSorted((a, b) => (a.module ?? '').localeCompare(b.module ?? ''));
  if (filter && found?.length === 0) return;
  const add = (macro: MacroFacts): void => {
    const group = `macros/${macro.module ?? ''}`;
    if (!tree.nodes.has(group)) {
      const title = macro.module ?? 'For all modules';
      tree.addFolder(section, { id: group, kind: 'macros', title }, true);
    }
    const moduleId = macro.module === null ? null : (ids.get(macro.module) ?? null);
    tree.add(group, { id: `macro/${macro.id}`, kind: 'macro', macro, moduleId });
  };
  tree.list(section, { ...macros, items: found }, 'macros', add, {
    kind: 'note',
    tone: 'muted',
    text: 'No macros yet: write the first one in a %%dbapi macro cell'
  });
}
