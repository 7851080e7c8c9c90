import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { EndpointAnswer } from '../../../api/schema';
import { Bar } from '../../../components/Page';
import { Loaded } from '../../../components/states';
import { Changes } from '../../../publishing/Changes';
import { useDefinition } from './definition';

/** Two sides picked from all that there are, and what differs between them. */
export function Comparison(props: {
  endpoint: EndpointAnswer;
  sides: readonly string[];
  from: string | null;
  to: string | null;
  onChange: (from: string, to: string) => void;
}): ReactElement {
  const { endpoint, sides, onChange } = props;
  const usual = endpoint.live_version === null ? sides[1] : 'live';
  const from = props.from ?? usual ?? 'draft';
  const to = props.to ?? 'draft';
  const pick = (label: string, value: string, set: (side: string) => void): ReactElement => (
    <select aria-label={label} value={value} onChange={event => set(event.target.value)}>
      {sides.map(side => (
        <option key={side} value={side}>
          {/^\d/.test(side) ? `version ${side}` : side}
        </option>
      ))}
    </select>
  );
  return (
    <>
      <Bar>
        {pick('From', from, side => onChange(side, to))}
        <span aria-hidden="true">→</span>
        {pick('To', to, side => onChange(from, side))}
      </Bar>
      {from === to ? (
        <p className="dbapi-Muted">These are the same.</p>
      ) : (
        <Difference key={`${from} ${to}`} endpoint={endpoint} from={from} to={to} />
      )}
    </>
  );
}

/** What differs between two sides. */
export function Difference(props: {
  endpoint: EndpointAnswer;
  from: string;
  to: string;
}): ReactElement {
  const { endpoint, from, to } = props;
  const diff = useApi().query.useQuery('get', '/api/v1/endpoints/{endpoint_id}/diff', {
    params: { path: { endpoint_id: endpoint.id }, query: { from, to } }
  });
  const after = useDefinition(endpoint, to);
  return (
    <Loaded query={diff} what="what differs">
      {found =>
        found.content === '' && found.fields.length === 0 ? (
          <p className="dbapi-Muted">These are the same.</p>
        ) : (
          <Loaded query={after} what="what differs">
            {({ content, engine }) => <Changes diff={found} after={content} engine={engine} />}
          </Loaded>
        )
      }
    </Loaded>
  );
}
