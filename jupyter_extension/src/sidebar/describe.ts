import type { IconName } from '../components/icons';
import type { TreeNode } from './nodes';

/** How a row is seen, and how it is read out. */
export interface Description {
  label: string;
  icon: IconName | null;
  /** Beside the label, more quietly. */
  detail?: string;
  spoken: string;
}

const PRODUCTS: Record<string, string> = {
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
  duckdb: 'DuckDB',
  sqlite: 'SQLite',
  trino: 'Trino',
  starrocks: 'StarRocks'
};

/** What is shown of a row. */
export function describe(node: TreeNode): Description {
  switch (node.kind) {
    case 'section':
      return plain(node.title, node.icon);
    case 'datasource': {
      const { name, product_type } = node.datasource;
      const product = PRODUCTS[product_type] ?? product_type;
      const spoken = `Datasource ${name}, ${product}`;
      return { label: name, icon: 'datasource', detail: product, spoken };
    }
    case 'schema':
      return { ...plain(node.schema, 'module'), spoken: `Schema ${node.schema}` };
    case 'table': {
      const kind = node.table.kind.toLowerCase();
      const isTable = kind.includes('table');
      const detail = isTable ? {} : { detail: kind };
      const spoken = `${isTable ? 'Table' : kind} ${node.table.name}`;
      return { label: node.table.name, icon: 'table', ...detail, spoken };
    }
    case 'column': {
      const { name, type, nullable } = node.column;
      const may = nullable ? 'may be null' : 'not null';
      const detail = nullable ? type : `${type} · not null`;
      return { label: name, icon: 'column', detail, spoken: `Column ${name}, ${type}, ${may}` };
    }
    case 'module': {
      const count = node.total === null ? null : node.total.toLocaleString('en');
      const detail = count === null ? {} : { detail: count };
      const spoken = `Module ${node.name}${count === null ? '' : `, ${count} endpoints`}`;
      return { label: node.name, icon: 'module', ...detail, spoken };
    }
    case 'endpoint': {
      const { method, path, state } = node.endpoint;
      return { label: path, icon: null, spoken: `${method} ${path}, ${state}` };
    }
    case 'macros':
      return { ...plain(node.title, 'module'), spoken: `Macros ${node.title}` };
    case 'macro': {
      const { name, language, state } = node.macro;
      const tongue = language === 'python' ? 'Python' : 'SQL';
      return {
        label: name,
        icon: 'macro',
        detail: tongue,
        spoken: `Macro ${name}, ${tongue}, ${state}`
      };
    }
    case 'page':
      return plain(node.title, node.icon);
    case 'note':
      return node.tone === 'bad'
        ? { ...plain(node.text, null), detail: 'Try again', spoken: `${node.text}. Try again` }
        : plain(node.text, null);
    case 'more':
      return plain('Loading more …', null);
  }
}

function plain(label: string, icon: IconName | null): Description {
  return { label, icon, spoken: label };
}
