import type { TableAnswer } from '../api/schema';
import type { Branch } from './branch';
import { type DatasourceFacts, datasourceRow } from './nodes';
import type { TreeBuilder } from './TreeBuilder';

export interface DatasourceLists {
  datasources: Branch<DatasourceFacts>;
  /** By the datasource's id; only of those that were opened. */
  tables: ReadonlyMap<string, Branch<TableAnswer>>;
  /** The page where one is made, for who may. */
  newAt: string | undefined;
}

/** Datasources, their schemas, tables and columns; with a filter, what it names of those seen. */
export function addDatasources(
  tree: TreeBuilder,
  section: string,
  lists: DatasourceLists,
  filter: string
): void {
  const add = (datasource: DatasourceFacts): void => {
    const branch = lists.tables.get(datasource.id);
    const id = datasourceRow(datasource.id);
    const isNamed = matches(filter, datasource.name);
    const found = branch?.items?.filter(table => isNamed || isFound(table, filter));
    if (filter && !isNamed && branch?.items && found?.length === 0) return;
    tree.addFolder(section, { id, kind: 'datasource', datasource }, filter !== '' && !!found);
    if (!branch) return;
    tree.list(id, { ...branch, items: found }, 'tables', addTo(tree, datasource, filter), {
      kind: 'note',
      tone: 'muted',
      text: 'No tables that this connection can see'
    });
    openLoneSchema(tree, id);
  };
  tree.list(section, lists.datasources, 'datasources', add, {
    kind: 'note',
    tone: 'muted',
    text: lists.newAt ? 'No datasources yet: add the first one' : 'No datasources yet',
    to: lists.newAt
  });
}

function addTo(tree: TreeBuilder, datasource: DatasourceFacts, filter: string) {
  const top = datasourceRow(datasource.id);
  return (table: TableAnswer): void => {
    const schema = `${top}/${table.schema}`;
    if (!tree.nodes.has(schema)) {
      const node = { id: schema, kind: 'schema', datasource, schema: table.schema } as const;
      tree.addFolder(top, node, filter !== '');
    }
    const id = `${schema}/${table.name}`;
    // Where columns were looked for and found, they are what is shown.
    const named = table.columns.filter(column => matches(filter, column.name));
    const isByColumn = filter !== '' && !matches(filter, table.name) && named.length > 0;
    tree.addFolder(schema, { id, kind: 'table', datasource, table }, isByColumn);
    for (const column of isByColumn ? named : table.columns) {
      const node = { kind: 'column', datasource, table, column } as const;
      tree.add(id, { id: `${id}/${column.name}`, ...node });
    }
  };
}

function isFound(table: TableAnswer, filter: string): boolean {
  return matches(filter, table.name) || table.columns.some(column => matches(filter, column.name));
}

function openLoneSchema(tree: TreeBuilder, datasource: string): void {
  const [first, ...others] = tree.children.get(datasource) ?? [];
  if (first !== undefined && others.length === 0) tree.opened.add(first);
}

/** Whether a name holds what was typed; everything does when nothing was. */
export function matches(filter: string, name: string): boolean {
  return filter === '' || name.toLowerCase().includes(filter);
}
