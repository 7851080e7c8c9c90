import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { type ReactElement, useEffect, useRef } from 'react';

import { codeLook, type Language } from './editing';

/** A text of code to read or, with `onChange`, to write; `text` is what it begins with. */
export function Code(props: {
  text: string;
  language: Language;
  label: string;
  onChange?: (text: string) => void;
}): ReactElement {
  const { text, language, label } = props;
  const place = useRef<HTMLDivElement>(null);
  const changed = useRef(props.onChange);
  useEffect(() => {
    changed.current = props.onChange;
  });
  const isReadOnly = props.onChange === undefined;
  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const view = new EditorView({
      parent,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          codeLook(language),
          EditorState.readOnly.of(isReadOnly),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of(update => {
            if (update.docChanged) changed.current?.(update.state.doc.toString());
          })
        ]
      })
    });
    return () => view.destroy();
    // What is being written is not thrown away for a text that came meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isReadOnly ? text : '', language, label, isReadOnly]);
  return <div className="dbapi-Code" ref={place} />;
}
