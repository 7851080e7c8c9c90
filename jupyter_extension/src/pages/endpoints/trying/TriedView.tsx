import { type ReactElement, useState } from 'react';

import type { DebugAnswer } from '../../../api/schema';
import { Code } from '../../../components/Code';
import { count, milliseconds, Tag } from '../../../components/small';
import { Tabs } from '../../../components/Tabs';
import { ResultView } from './ResultView';
import { TryError } from './TryError';
import type { Tried } from './useTry';

// More of it would only make the browser slow.
const LONGEST = 200_000;

/** What a run came to. */
export function TriedView({ tried }: { tried: Tried }): ReactElement {
  if (tried.error) return <TryError error={tried.error} />;
  return tried.answer ? <Answer answer={tried.answer} /> : <p>The answer was empty.</p>;
}

function Answer({ answer }: { answer: DebugAnswer }): ReactElement {
  const [open, setOpen] = useState('result');
  const { statements, logs, envelope, results } = answer;
  return (
    <>
      <p className="dbapi-Endpoint-row" role="status">
        <Tag tone="good">ran</Tag>
        <span>{milliseconds(answer.elapsed_ms)}</span>
        <span className="dbapi-Muted">{summaryOf(answer)}</span>
        {answer.allowed === false && (
          <Tag tone="attention">the gateway would not let this client in</Tag>
        )}
        {answer.allowed === true && <Tag tone="good">the gateway lets this client in</Tag>}
      </p>
      <Tabs
        label="What came of it"
        open={open}
        onOpen={setOpen}
        tabs={[
          {
            name: 'result',
            title: 'Result',
            content: () => (
              <>
                {results.map((result, index) => (
                  // Results have no name but their place.
                  <ResultView key={index} result={result} data={answer.data} />
                ))}
                {results.length === 0 && <p className="dbapi-Muted">It answers nothing.</p>}
              </>
            )
          },
          {
            name: 'json',
            title: 'Answer as JSON',
            content: () => <Json label="The answer" value={{ ...envelope, data: answer.data }} />
          },
          {
            name: 'statements',
            title: `Statements (${statements.length})`,
            content: () => <Statements answer={answer} />
          },
          { name: 'logs', title: `Log (${logs.length})`, content: () => <Logs logs={logs} /> }
        ]}
      />
    </>
  );
}

function summaryOf({ results }: DebugAnswer): string {
  return results
    .map(result => {
      if (result.kind === 'affected') return `${count(result.count)} affected`;
      return result.kind === 'rows' ? `${count(result.rows.length)} rows` : 'a value';
    })
    .join(', ');
}

export function Json(props: { label: string; value: unknown }): ReactElement {
  const text = JSON.stringify(props.value, null, 2);
  const isLong = text.length > LONGEST;
  return (
    <>
      {isLong && (
        <p className="dbapi-Muted">
          Only its beginning is shown: all of it has {count(text.length)} characters.
        </p>
      )}
      <div className="dbapi-Try-json">
        <Code text={text.slice(0, LONGEST)} language="text" label={props.label} />
      </div>
    </>
  );
}

function Statements({ answer }: { answer: DebugAnswer }): ReactElement {
  if (answer.statements.length === 0) {
    return <p className="dbapi-Muted">It sent nothing to the database.</p>;
  }
  return (
    <>
      {answer.statements.map((statement, index) => (
        <div key={index} className="dbapi-Try-statement">
          <Code text={statement.text} language="sql" label={`Statement ${index + 1}`} />
          <p>
            <span className="dbapi-Muted">Bound values: </span>
            <code>{JSON.stringify(statement.values)}</code>
          </p>
        </div>
      ))}
      <p>
        <span className="dbapi-Muted">Parameters as used: </span>
        <code>{JSON.stringify(answer.params)}</code>
      </p>
    </>
  );
}

function Logs({ logs }: { logs: DebugAnswer['logs'] }): ReactElement {
  if (logs.length === 0) return <p className="dbapi-Muted">Nothing was logged.</p>;
  return (
    <pre className="dbapi-Tests-source">
      {logs.map(line => `${line.level.padEnd(8)} ${line.message}`).join('\n')}
    </pre>
  );
}
