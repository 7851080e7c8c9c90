import type { ReactElement } from 'react';

import type { DefinitionAnswer } from '../../../api/schema';
import { Facts } from '../../../components/Page';

/** How it is answered: what is kept, pages, exports, and answers that are fetched later. */
export function Answers({ definition }: { definition: DefinitionAnswer }): ReactElement {
  const { cache, page, max_export_rows: exported, allow_async: isAsync } = definition;
  return (
    <Facts
      facts={[
        ['Kept', cache ? kept(cache) : <span className="dbapi-Muted">no</span>],
        ['Pages', page ? pages(page) : <span className="dbapi-Muted">none</span>],
        [
          'Rows of an export at most',
          exported ?? <span className="dbapi-Muted">as many as an answer</span>
        ],
        ['May be fetched later', isAsync ? 'yes' : 'no']
      ]}
    />
  );
}

function kept({ ttl, vary }: NonNullable<DefinitionAnswer['cache']>): string {
  return `${ttl} s${vary.includes('client') ? ', for each client' : ', for all callers'}`;
}

function pages({ style, by, size }: NonNullable<DefinitionAnswer['page']>): string {
  const columns = by.map(column => (column.startsWith('-') ? `${column.slice(1)} down` : column));
  return `${size} rows each, by ${columns.join(', ')} (${style})`;
}
