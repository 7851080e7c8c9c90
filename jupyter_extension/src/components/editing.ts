import { python } from '@codemirror/lang-python';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

import { templateLanguage } from '../cell/language';

export type Language = 'sql' | 'python' | 'yaml' | 'text';

// JupyterLab's own colours, so that a text looks nearly the same here and in a cell; some of
// them are too pale on their own ground to be read by everybody.
const color = (name: string) => ({
  color: `color-mix(in srgb, var(--jp-mirror-editor-${name}-color) 80%, var(--jp-content-font-color0))`
});

const colors = HighlightStyle.define([
  { tag: tags.keyword, ...color('keyword'), fontWeight: 'bold' },
  { tag: [tags.string, tags.special(tags.string)], ...color('string') },
  { tag: [tags.number, tags.bool, tags.null], ...color('number') },
  { tag: tags.comment, ...color('comment'), fontStyle: 'italic' },
  { tag: [tags.operator, tags.meta], ...color('operator') },
  { tag: [tags.definition(tags.variableName), tags.propertyName], ...color('def') },
  { tag: [tags.typeName, tags.standard(tags.name)], ...color('builtin') }
]);

const look = EditorView.theme({
  '&': {
    backgroundColor: 'var(--jp-cell-editor-background)',
    color: 'var(--jp-content-font-color1)',
    fontSize: 'var(--jp-code-font-size)'
  },
  '.cm-content': {
    fontFamily: 'var(--jp-code-font-family)',
    caretColor: 'var(--jp-editor-cursor-color)'
  },
  '.cm-gutters': {
    backgroundColor: 'var(--jp-layout-color2)',
    color: 'var(--dbapi-muted-color)',
    border: 'none'
  },
  '&.cm-focused': { outline: '1px solid var(--jp-brand-color1)' }
});

function grammar(language: Language): Extension {
  // Ours are templates; plain SQL is one without any tag.
  if (language === 'sql') return templateLanguage();
  if (language === 'python') return python();
  return language === 'yaml' ? yaml() : [];
}

/** How code looks on our pages. */
export function codeLook(language: Language): Extension {
  return [grammar(language), syntaxHighlighting(colors), look, EditorView.lineWrapping];
}
