/** Loads the magics; where they are loaded it changes nothing. */
export const LOAD_MAGICS = '%load_ext dbapi_jupyter';

/** Python that tells the magics of a draft that was saved without them. */
export function draftSaved(definition: unknown, tag: string): string {
  // Strings of JSON are strings of Python too.
  const [draft, seen] = [JSON.stringify(definition), tag].map(text => JSON.stringify(text));
  // No name of the notebook's is touched.
  const module = `__import__('dbapi_jupyter.told', fromlist=['draft_saved'])`;
  return `${module}.draft_saved(${draft}, ${seen})`;
}
