import type { ReactElement } from 'react';

import type { OverviewAnswer } from '../../api/schema';
import { Link } from '../../components/Link';
import { count, StateTag } from '../../components/small';
import { endpointCounts, resourceCounts } from './figures';

/** What there is on the platform; each count leads to its list. */
export function Counts(props: { overview: OverviewAnswer; module: string | null }): ReactElement {
  return (
    <nav className="dbapi-Counts" aria-label="What there is">
      <ul>
        <li className="dbapi-Counts-name">Endpoints</li>
        {endpointCounts(props.overview, props.module).map(one => (
          <li key={one.name}>
            <Link to={one.to}>
              <strong>{count(one.count)}</strong>
              <StateTag state={one.name} />
            </Link>
          </li>
        ))}
      </ul>
      <ul>
        {resourceCounts(props.overview).map(one => (
          <li key={one.name}>
            <Link to={one.to}>
              <strong>{count(one.count)}</strong>
              <span>{one.count === 1 ? one.name.replace(/s$/, '') : one.name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
