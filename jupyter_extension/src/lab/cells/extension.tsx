import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension, Prec, StateEffect } from '@codemirror/state';
import {
  type EditorView,
  type Panel,
  type PluginValue,
  showPanel,
  ViewPlugin
} from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { createRoot } from 'react-dom/client';

import type { ProductType } from '../../api/schema';
import type { CellLanguage } from '../../cell/kinds';
import { cellLanguage } from '../../cell/language';
import { firstLineOf } from '../../cell/parse';
import { kindOf } from '../../cell/magic';
import { surround } from '../PageWidget';
import { Badge, type BadgeWorld } from './Badge';
import { checking, type Checking } from './checker';
import { OurCell, type OurCells } from './ourCell';

/** What cells of ours need of the rest. */
export interface CellWorld extends Checking, BadgeWorld {
  cells: OurCells;
  /** A cell became one of ours by typing, or is no longer one. */
  turned: () => void;
}

const lookAgain = StateEffect.define();

/** What an editor gets, so that its cell becomes one of ours while its first line says so. */
export function ourExtension(model: CodeEditor.IModel, world: CellWorld): Extension {
  const cell = new OurCell(model);
  const dress = new Compartment();
  const kept = new Map<string, Extension>();
  // The same object for the same language, by which a change is told.
  const dressed = (source: string): Extension => {
    const key = keyOf(source, cell, world);
    const known = kept.get(key.name) ?? (key.language ? worn(cell, key, world) : []);
    kept.set(key.name, known);
    return known;
  };
  return [
    Prec.highest(dress.of(dressed(cell.source))),
    EditorState.transactionExtender.of(transaction => {
      const isAsked = transaction.effects.some(effect => effect.is(lookAgain));
      if (!transaction.docChanged && !isAsked) return null;
      const wanted = dressed(transaction.newDoc.toString());
      if (dress.get(transaction.startState) === wanted) return null;
      return { effects: dress.reconfigure(wanted) };
    }),
    ViewPlugin.define(view => follow(view, cell, world))
  ];
}

interface Key {
  name: string;
  language: CellLanguage | null;
  product: ProductType | null;
}

function keyOf(source: string, cell: OurCell, world: CellWorld): Key {
  const isPython = /^text\/x-i?python$/.test(cell.model.mimeType);
  const first = isPython ? firstLineOf(source) : null;
  if (!first) return { name: '', language: null, product: null };
  const { language } = kindOf(first.text);
  const known = world.knowledge.datasource(cell.chosen.datasource);
  const product = language === 'sql' ? (known?.product_type ?? null) : null;
  return { name: `${language} ${product}`, language, product };
}

function worn(cell: OurCell, key: Key, world: CellWorld): Extension {
  // Nothing is asked before there is a cell of ours.
  void world.session.begin();
  const badge = showPanel.of(() => badgePanel(cell, world));
  const language = cellLanguage(key.language ?? 'sql', key.product);
  return [language, lintGutter(), badge, checking(cell, world)];
}

function badgePanel(cell: OurCell, world: CellWorld): Panel {
  const dom = document.createElement('div');
  dom.className = 'dbapi-BadgePanel';
  const root = createRoot(dom);
  root.render(surround(world.dbapi, <Badge cell={cell} world={world} />));
  // React may be drawing while the editor takes the panel away.
  return { dom, destroy: () => setTimeout(() => root.unmount()) };
}

function follow(view: EditorView, cell: OurCell, world: CellWorld): PluginValue {
  let wasOurs = cell.kind !== null;
  const again = (): void => {
    // The editor may be in the midst of an update.
    setTimeout(() => {
      if (!view.dom.isConnected && !cell.kind) return;
      view.dispatch({ effects: lookAgain.of(null) });
      tell();
    });
  };
  const tell = (): void => {
    const isOurs = cell.kind !== null;
    if (isOurs === wasOurs) return;
    wasOurs = isOurs;
    if (!isOurs) view.dispatch(setDiagnostics(view.state, []));
    world.turned();
  };
  cell.model.mimeTypeChanged.connect(again);
  cell.asked.connect(again);
  world.cells.add(cell);
  // The notebook may have told of its active cell before it had an editor.
  if (wasOurs) setTimeout(world.turned);
  return {
    update: (update: { docChanged: boolean }) => {
      if (update.docChanged) setTimeout(tell);
    },
    destroy: () => {
      cell.model.mimeTypeChanged.disconnect(again);
      cell.asked.disconnect(again);
      world.cells.remove(cell);
    }
  };
}
