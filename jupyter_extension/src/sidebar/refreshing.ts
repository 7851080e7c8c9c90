import type { QueryClient } from '@tanstack/react-query';

import type { SectionName, TreeNode } from './nodes';

const LISTS: Record<SectionName, readonly string[]> = {
  datasources: ['/api/v1/datasources'],
  modules: ['/api/v1/modules', '/api/v1/endpoints'],
  macros: ['/api/v1/macros'],
  pages: []
};

/** Ask anew for all that begins with a path of the API. */
export async function refreshPath(queries: QueryClient, path: string): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [, asked] }) => typeof asked === 'string' && asked.startsWith(path)
  });
}

/** Ask anew for what a row holds. */
export async function refreshNode(node: TreeNode, queries: QueryClient): Promise<void> {
  await Promise.all(pathsOf(node).map(path => refreshPath(queries, path)));
}

function pathsOf(node: TreeNode): readonly string[] {
  if (node.kind === 'section') return LISTS[node.name];
  if (node.kind === 'datasource' || node.kind === 'schema') return LISTS.datasources;
  if (node.kind === 'macros') return LISTS.macros;
  // A note stands in one of the sections, and does not know in which.
  return node.kind === 'note' ? Object.values(LISTS).flat() : LISTS.modules;
}
