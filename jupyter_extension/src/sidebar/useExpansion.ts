import { useCallback, useMemo, useState } from 'react';

import type { TreeModel } from './TreeBuilder';

type Choices = ReadonlyMap<string, boolean>;
const NONE: Choices = new Map();

export interface Expansion {
  /** The rows that the user opened, also those while something was searched. */
  wanted: ReadonlySet<string>;
  /** The rows of a tree that are open. */
  openIn: (model: TreeModel) => string[];
  toggle: (id: string, isOpen: boolean) => void;
}

/** Which rows are open: what the user said, else what the tree says. A search has its own. */
export function useExpansion(search: string): Expansion {
  const [usual, setUsual] = useState(NONE);
  const [searched, setSearched] = useState<{ search: string; choices: Choices }>({
    search: '',
    choices: NONE
  });
  const here = search === '' ? usual : searched.search === search ? searched.choices : NONE;
  const wanted = useMemo(
    () => new Set([...usual, ...here].filter(([, isOpen]) => isOpen).map(([id]) => id)),
    [usual, here]
  );
  const openIn = useCallback(
    (model: TreeModel) =>
      [...model.children.keys()].filter(id => here.get(id) ?? model.opened.has(id)),
    [here]
  );
  const toggle = useCallback(
    (id: string, isOpen: boolean) => {
      const choices = new Map(here).set(id, isOpen);
      if (search === '') setUsual(choices);
      else setSearched({ search, choices });
    },
    [here, search]
  );
  return { wanted, openIn, toggle };
}
