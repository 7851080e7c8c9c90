import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import type { MacroAnswer } from '../../../api/schema';
import { Confirm } from '../../../components/Dialog';
import { Loaded } from '../../../components/states';
import { useHost } from '../../../host/host';
import { EndpointLinks } from '../../parts/EndpointsOf';
import { useRefreshModules } from '../data';

/** Deletes a macro, after naming the published endpoints that it is in. */
export function DeleteMacro(props: { macro: MacroAnswer; onClose: () => void }): ReactElement {
  const { macro, onClose } = props;
  const { http, query } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const path = { macro_id: macro.id };
  const uses = query.useQuery('get', '/api/v1/macros/{macro_id}/endpoints', { params: { path } });
  const remove = async (): Promise<void> => {
    await http.DELETE('/api/v1/macros/{macro_id}', { params: { path } });
    host.open('/modules/macros');
    host.notify(`${macro.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${macro.name}?`}
      action="Delete the macro"
      onConfirm={remove}
      onClose={onClose}
    >
      <Loaded query={uses} what="the endpoints that it is in">
        {({ items }) =>
          items.length === 0 ? (
            <p>No published endpoint uses it.</p>
          ) : (
            <>
              <p>
                These published endpoints use it. They keep their copy of it and go on; their cells
                cannot run again without it.
              </p>
              <EndpointLinks endpoints={items} />
            </>
          )
        }
      </Loaded>
      <p className="dbapi-Muted">It is refused while a draft uses it.</p>
    </Confirm>
  );
}
