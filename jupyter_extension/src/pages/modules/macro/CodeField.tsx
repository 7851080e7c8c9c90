import type { ReactElement } from 'react';
import type { FieldError } from 'react-hook-form';

import { Code } from '../../../components/Code';
import type { Language } from '../../../components/editing';

/** A text of code in a form, with what is wrong with it. */
export function CodeField(props: {
  label: string;
  text: string;
  language: Language;
  error: FieldError | undefined;
  onChange: (text: string) => void;
}): ReactElement {
  const { label, error } = props;
  return (
    <div className={`dbapi-Field ${error ? 'dbapi-mod-wrong' : ''}`}>
      <span>{label}</span>
      <Code text={props.text} language={props.language} label={label} onChange={props.onChange} />
      {error && (
        <small className="dbapi-Problem" role="alert">
          {error.message}
        </small>
      )}
    </div>
  );
}
