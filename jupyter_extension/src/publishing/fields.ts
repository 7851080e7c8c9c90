import type { DefinitionAnswer, FieldChangeAnswer } from '../api/schema';

const FIELDS = [
  'name',
  'description',
  'datasource',
  'module',
  'access',
  'timeout',
  'max_rows',
  'rate_limit',
  'max_concurrent',
  'unknown_params',
  'cache',
  'page',
  'max_export_rows',
  'allow_async',
  'engine',
  'transform'
] as const;

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The fields that differ between two drafts; their content aside. */
export function fieldsBetween(
  before: DefinitionAnswer,
  after: DefinitionAnswer
): FieldChangeAnswer[] {
  const plain = FIELDS.filter(field => !isSame(before[field], after[field])).map(field => ({
    field,
    from: before[field],
    to: after[field]
  }));
  const names = new Set([...Object.keys(before.params), ...Object.keys(after.params)]);
  const params = [...names]
    .filter(name => !isSame(before.params[name], after.params[name]))
    .map(name => ({
      field: `params.${name}`,
      from: before.params[name] ?? null,
      to: after.params[name] ?? null
    }));
  return [...plain, ...params];
}
