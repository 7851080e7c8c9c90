import { type ReactElement, useState } from 'react';

import { type Call, LANGUAGES, snippet } from '../texts/snippets';
import { Code } from '../components/Code';
import { Copy } from '../components/small';
import { Tabs } from '../components/Tabs';

/** A call as programs make it, to be copied. */
export function Snippets(props: { call: Call }): ReactElement {
  const [open, setOpen] = useState<string>(LANGUAGES[0]);
  return (
    <Tabs
      label="How to call it"
      open={open}
      onOpen={setOpen}
      tabs={LANGUAGES.map(language => ({
        name: language,
        title: language,
        content: () => {
          const text = snippet(props.call, language);
          return (
            <div className="dbapi-Snippet">
              <Code
                text={text}
                language={language === 'Python' ? 'python' : 'text'}
                label={`The call as ${language}`}
              />
              <Copy text={text} label={`Copy as ${language}`} />
            </div>
          );
        }
      }))}
    />
  );
}
