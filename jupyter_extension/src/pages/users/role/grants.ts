import type {
  Action,
  GrantIn,
  MeAnswer,
  PermissionAnswer,
  ResourceType,
  RoleGrantAnswer
} from '../../../api/schema';

/** A permission as it is ticked: for all of a type, or for one. */
export interface Grant {
  type: ResourceType;
  action: Action;
  /** Null: for all. */
  id: string | null;
  name: string | null;
}

export const ACTIONS: readonly Action[] = [
  'read',
  'create',
  'update',
  'delete',
  'execute',
  'publish'
];

export function keyOf(grant: Pick<Grant, 'type' | 'action' | 'id'>): string {
  return `${grant.type}:${grant.action}:${grant.id ?? ''}`;
}

/** A role's permissions by their keys. */
export function grantsOf(permissions: readonly RoleGrantAnswer[]): ReadonlyMap<string, Grant> {
  const grants = permissions.map(one => ({
    type: one.resource_type as ResourceType,
    action: one.action as Action,
    id: one.resource_id,
    name: one.resource_name
  }));
  return new Map(grants.map(grant => [keyOf(grant), grant]));
}

/** The grants as the platform wants them. */
export function bodyOf(grants: ReadonlyMap<string, Grant>): GrantIn[] {
  return [...grants.values()].map(({ type, action, id }) => ({
    resource_type: type,
    action,
    resource_id: id
  }));
}

/** What was ticked, and what was taken away. */
export function difference(
  before: ReadonlyMap<string, Grant>,
  after: ReadonlyMap<string, Grant>
): { added: Grant[]; removed: Grant[] } {
  return {
    added: [...after].filter(([key]) => !before.has(key)).map(([, grant]) => grant),
    removed: [...before].filter(([key]) => !after.has(key)).map(([, grant]) => grant)
  };
}

/** A permission in words. */
export function wordsOf(grant: Grant): string {
  const kind = `${grant.type}:${grant.action}`;
  if (grant.id === null) return kind;
  return `${kind} on ${grant.name ?? grant.id}`;
}

/** Whether a user may give a permission for all of a type; of one, the platform decides. */
export function mayGive(me: MeAnswer | undefined, type: ResourceType, action: Action): boolean {
  if (!me || me.is_superuser) return me !== undefined;
  return me.permissions.some(
    one => one.resource_type === type && one.action === action && one.resource_id === null
  );
}

/** The types of which one alone can be named, with what can be allowed for it. */
export function forOne(catalogue: readonly PermissionAnswer[]): PermissionAnswer[] {
  return catalogue
    .map(one => ({ ...one, actions: one.actions.filter(action => action.for_one) }))
    .filter(one => one.actions.length > 0);
}

/** A type of resources, as people say it. */
export function typeWords(type: string): string {
  return type.replaceAll('_', ' ');
}
