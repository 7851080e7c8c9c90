import type { PageEntry } from '../pages/pages';
import type { Branch } from './branch';
import { addDatasources, type DatasourceLists, matches } from './datasourceRows';
import { addMacros, addModules, type EndpointLists } from './moduleRows';
import type { MacroFacts, NodeOf, SectionName } from './nodes';
import { ROOT, TreeBuilder, type TreeModel } from './TreeBuilder';

/** All that has come so far. A list of null is one that the user may not see. */
export interface TreeData {
  datasources: DatasourceLists | null;
  endpoints: EndpointLists | null;
  macros: Branch<MacroFacts> | null;
  pages: readonly Pick<PageEntry, 'path' | 'title' | 'icon'>[];
}

const SECTIONS: Record<SectionName, Pick<NodeOf<'section'>, 'title' | 'icon'>> = {
  datasources: { title: 'Datasources', icon: 'datasource' },
  modules: { title: 'Endpoints', icon: 'endpoint' },
  macros: { title: 'Macros', icon: 'macro' },
  pages: { title: 'Pages', icon: 'dashboard' }
};

/** The rows of the sidebar; sections that nothing is found in are left out. */
export function buildTree(data: TreeData, typed: string): TreeModel {
  const tree = new TreeBuilder();
  const filter = typed.trim().toLowerCase();
  const section = (name: SectionName, isOpen: boolean, fill: (id: string) => void): void => {
    const id = `section/${name}`;
    tree.addFolder(ROOT, { id, kind: 'section', name, ...SECTIONS[name] }, isOpen);
    fill(id);
    tree.dropIfEmpty(ROOT, id);
  };
  const { datasources, endpoints, macros, pages } = data;
  if (datasources) {
    section('datasources', true, id => addDatasources(tree, id, datasources, filter));
  }
  if (endpoints) section('modules', true, id => addModules(tree, id, endpoints));
  if (macros) {
    const modules = endpoints?.modules ?? {};
    section('macros', filter !== '', id => addMacros(tree, id, macros, modules, filter));
  }
  section('pages', true, id => {
    for (const { path, title, icon } of pages) {
      if (matches(filter, title))
        tree.add(id, { id: `page${path}`, kind: 'page', title, path, icon });
    }
  });
  return tree;
}
