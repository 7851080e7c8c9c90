import type { ReactElement } from 'react';

import { yamlInline } from '../texts/yamlText';
import { useApi } from '../api/context';
import { useMay } from '../api/me';
import type { FieldChangeAnswer } from '../api/schema';
import { Diff } from '../components/Diff';

const NAMES: Record<string, string> = {
  name: 'Name',
  description: 'Description',
  datasource_id: 'Datasource',
  access: 'Access',
  timeout: 'Timeout (seconds)',
  max_rows: 'Rows at most',
  rate_limit: 'Requests a minute',
  max_concurrent: 'Requests at a time',
  unknown_params: 'Unknown parameters',
  cache: 'Answers kept',
  page: 'Pages',
  max_export_rows: 'Rows of an export at most',
  allow_async: 'Answers fetched later',
  engine: 'Engine',
  transform: 'Transform'
};

/** The fields that differ, before and after. */
export function FieldChanges(props: { fields: readonly FieldChangeAnswer[] }): ReactElement {
  const datasources = useDatasourceNames();
  // A text of many lines is read as a text.
  const texts = props.fields.filter(change => change.field === 'transform');
  const rest = props.fields.filter(change => change.field !== 'transform');
  // Of a first version nothing was before.
  const hasBefore = rest.some(change => change.from !== null && change.from !== undefined);
  return (
    <>
      {rest.length > 0 && (
        <div className="dbapi-Publish-fields">
          <table>
            <thead>
              <tr>
                <th scope="col">Field</th>
                {hasBefore && <th scope="col">Before</th>}
                <th scope="col">{hasBefore ? 'After' : 'Value'}</th>
              </tr>
            </thead>
            <tbody>
              {rest.map(change => (
                <tr key={change.field}>
                  <th scope="row">{nameOf(change.field)}</th>
                  {hasBefore && <td>{shown(change.from, datasources)}</td>}
                  <td>{shown(change.to, datasources)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {texts.map(change => (
        <Diff
          key={change.field}
          before={textOf(change.from)}
          after={textOf(change.to)}
          language="python"
          labels={['transform before', 'transform after']}
        />
      ))}
    </>
  );
}

function nameOf(field: string): ReactElement {
  const [kind, ...rest] = field.split('.');
  const name = rest.join('.');
  if (kind === 'params') return <>Parameter {name}</>;
  if (kind === 'macros') return <>Macro {name}, version</>;
  return <>{NAMES[field] ?? field}</>;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Datasources are told by their ids, which nobody knows. */
function shown(value: unknown, datasources: ReadonlyMap<string, string>): ReactElement {
  if (value === null || value === undefined) return <span className="dbapi-Muted">not set</span>;
  if (typeof value === 'string') return <>{datasources.get(value) ?? value}</>;
  return <code>{yamlInline(value).replace(/^\{|\}$/g, '')}</code>;
}

function useDatasourceNames(): ReadonlyMap<string, string> {
  const isAllowed = useMay()('datasource', 'read');
  const found = useApi().query.useQuery('get', '/api/v1/datasources', {}, { enabled: isAllowed });
  return new Map(found.data?.items.map(one => [one.id, one.name]));
}
