import { type ReactElement, useState } from 'react';

import { useHost } from '../host/host';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field, Form } from './Form';
import { count } from './small';

export type ExportFormat = 'csv' | 'jsonl';

interface Values {
  format: ExportFormat;
  limit: string;
}

const LIMITS = [1_000, 10_000, 100_000];

/** Asks how a list is to be written to a file, and saves it. */
export function Export(props: {
  /** What is written, in the plural: "access records". */
  what: string;
  /** The file's name, without its ending. */
  name: string;
  fetch: (format: ExportFormat, limit: number) => Promise<Blob>;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const host = useHost();
  const send = async ({ format, limit }: Values): Promise<void> => {
    save(await props.fetch(format, Number(limit)), `${props.name}.${format}`);
    setOpen(false);
    host.notify(`${props.name}.${format} was saved`);
  };
  return (
    <>
      <Button icon="publish" onClick={() => setOpen(true)}>
        Export
      </Button>
      {isOpen && (
        <Dialog title={`Export ${props.what}`} onClose={() => setOpen(false)}>
          <Form<Values>
            defaults={{ format: 'csv', limit: '10000' }}
            action="Save the file"
            onSend={send}
            onCancel={() => setOpen(false)}
          >
            {({ register }) => (
              <>
                <Field label="Format">
                  <select {...register('format')}>
                    <option value="csv">CSV, for spreadsheets</option>
                    <option value="jsonl">JSON, one object a line</option>
                  </select>
                </Field>
                <Field label="How many at most" hint="The newest of what the filters find.">
                  <select {...register('limit')}>
                    {LIMITS.map(limit => (
                      <option key={limit} value={limit}>
                        {count(limit)}
                      </option>
                    ))}
                  </select>
                </Field>
              </>
            )}
          </Form>
        </Dialog>
      )}
    </>
  );
}

// The answer came by the pages' own way to the platform: a plain link would lack the login.
function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
