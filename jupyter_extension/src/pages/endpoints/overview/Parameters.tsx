import type { ReactElement } from 'react';

import type { Parameter } from '../../../api/parameters';
import { yamlInline } from '../../../texts/yamlText';

const LIMIT_NAMES: Record<string, string> = {
  minimum: 'at least',
  maximum: 'at most',
  min_length: 'length at least',
  max_length: 'length at most',
  pattern: 'like',
  format: 'a valid',
  items: 'each a',
  validate: 'checked by a function'
};

/** What may be given to a call. */
export function Parameters(props: { parameters: readonly Parameter[] }): ReactElement {
  if (props.parameters.length === 0) return <p className="dbapi-Muted">It takes none.</p>;
  return (
    // Whoever has no pointer scrolls it with the arrow keys.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="dbapi-Table" role="region" aria-label="Parameters" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {['Name', 'Taken from', 'Type', 'Required', 'Default', 'Limits', 'Description'].map(
              title => (
                <th key={title} scope="col">
                  {title}
                </th>
              )
            )}
          </tr>
        </thead>
        <tbody>
          {props.parameters.map(parameter => (
            <Line key={parameter.name} parameter={parameter} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ parameter }: { parameter: Parameter }): ReactElement {
  const { header, description } = parameter;
  const where = parameter.in ?? 'query or body';
  return (
    <tr>
      <td>
        <code>{parameter.name}</code>
      </td>
      <td>{where === 'header' && header ? `header ${header}` : where}</td>
      <td>{parameter.type}</td>
      <td>{parameter.required ? 'yes' : <span className="dbapi-Muted">no</span>}</td>
      <td>
        {parameter.default === null ? (
          <span className="dbapi-Muted">–</span>
        ) : (
          <code>{yamlInline(parameter.default)}</code>
        )}
      </td>
      <td>{limitsOf(parameter) || <span className="dbapi-Muted">–</span>}</td>
      <td className="dbapi-Endpoint-wrap">
        {description ?? <span className="dbapi-Muted">–</span>}
      </td>
    </tr>
  );
}

function limitsOf(parameter: Parameter): string {
  const known = parameter.limits.map(([name, value]) =>
    name === 'validate' ? LIMIT_NAMES[name] : `${LIMIT_NAMES[name] ?? name} ${String(value)}`
  );
  const choices = parameter.enum ? [`one of ${parameter.enum.map(String).join(', ')}`] : [];
  const queried = parameter.options === null ? [] : ['one that its query lists'];
  return [...choices, ...queried, ...known].join('; ');
}
