import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { type ReactElement, useEffect, useRef, useState } from 'react';

import { Button } from './Button';
import { codeLook, type Language } from './editing';

/** Two texts and where they differ, beside each other or as one. */
export function Diff(props: {
  before: string;
  after: string;
  language: Language;
  labels: readonly [before: string, after: string];
  /** Begin as one text, where there is little room. */
  isNarrow?: boolean;
}): ReactElement {
  const [isSplit, setSplit] = useState(!props.isNarrow);
  const { before, after, language } = props;
  const [beforeLabel, afterLabel] = props.labels;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const view = isSplit
      ? new MergeView({
          parent,
          a: { doc: before, extensions: looks(language, beforeLabel) },
          b: { doc: after, extensions: looks(language, afterLabel) },
          collapseUnchanged: { margin: 3, minSize: 6 }
        })
      : new EditorView({
          parent,
          doc: after,
          extensions: [
            looks(language, afterLabel),
            unifiedMergeView({
              original: before,
              mergeControls: false,
              collapseUnchanged: { margin: 3, minSize: 6 }
            })
          ]
        });
    return () => view.destroy();
  }, [before, after, language, isSplit, beforeLabel, afterLabel]);
  return (
    <div className="dbapi-Diff">
      <header>
        <span>{beforeLabel}</span>
        <span>{afterLabel}</span>
        <Button look="quiet" aria-pressed={!isSplit} onClick={() => setSplit(!isSplit)}>
          {isSplit ? 'As one' : 'Side by side'}
        </Button>
      </header>
      <div ref={place} />
    </div>
  );
}

function looks(language: Language, label: string): Extension {
  return [
    lineNumbers(),
    codeLook(language),
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label })
  ];
}
