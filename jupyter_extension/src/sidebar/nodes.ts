import type { DatasourceAnswer, TableAnswer } from '../api/schema';
import type { IconName } from '../components/icons';

/** What of an endpoint stands in the tree. */
export interface EndpointFacts {
  id: string;
  method: string;
  path: string;
  module: string;
  name: string | null;
  state: string;
  url: string;
}

export type DatasourceFacts = Pick<DatasourceAnswer, 'id' | 'name' | 'product_type'>;

export interface MacroFacts {
  id: string;
  name: string;
  module: string | null;
  language: string;
  content: string;
  state: string;
}

export type SectionName = 'datasources' | 'modules' | 'macros' | 'pages';

/** A row of the tree. It is plain data, so that it can be an argument of a command. */
export type TreeNode = { id: string } & (
  | { kind: 'section'; name: SectionName; title: string; icon: IconName }
  | { kind: 'datasource'; datasource: DatasourceFacts }
  | { kind: 'schema'; datasource: DatasourceFacts; schema: string }
  | { kind: 'table'; datasource: DatasourceFacts; table: TableAnswer }
  | {
      kind: 'column';
      datasource: DatasourceFacts;
      table: TableAnswer;
      column: TableAnswer['columns'][number];
    }
  | { kind: 'module'; name: string; moduleId: string | null; total: number | null }
  | { kind: 'endpoint'; endpoint: EndpointFacts; moduleId: string | null }
  | { kind: 'macros'; title: string }
  | { kind: 'macro'; macro: MacroFacts; moduleId: string | null }
  | { kind: 'page'; title: string; path: string; icon: IconName }
  | NoteNode
  // Stands for what follows; seen, it asks for it.
  | { kind: 'more'; list: string }
);

/** Says how things stand where there is nothing else to show. */
export interface NoteNode {
  kind: 'note';
  tone: 'busy' | 'muted' | 'bad';
  text: string;
  /** The page that helps. */
  to?: string | undefined;
}

export type NodeOf<K extends TreeNode['kind']> = Extract<TreeNode, { kind: K }>;

/** The id of a module's row, which is also what its list of endpoints is kept under. */
export const moduleRow = (name: string): string => `module/${name}`;
/** The id of a datasource's row. */
export const datasourceRow = (id: string): string => `datasource/${id}`;
