import { type ReactElement, useState } from 'react';

import type { MacroAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Code } from '../../../components/Code';
import type { Language } from '../../../components/editing';
import { useMayMacro } from '../data';
import { EditMacro } from './EditMacro';

/** The language of a macro's text. */
export function languageOf(macro: MacroAnswer): Language {
  return macro.language === 'python' ? 'python' : 'sql';
}

/** A macro's text as it is saved, and the way to change it. */
export function MacroText({ macro }: { macro: MacroAnswer }): ReactElement {
  const may = useMayMacro(macro);
  const [isEditing, setEditing] = useState(false);
  if (isEditing) return <EditMacro macro={macro} onDone={() => setEditing(false)} />;
  return (
    <div className="dbapi-MacroText">
      <Code text={macro.content} language={languageOf(macro)} label={`Text of ${macro.name}`} />
      {may('update') && (
        <Button icon="edit" onClick={() => setEditing(true)}>
          Edit
        </Button>
      )}
    </div>
  );
}
