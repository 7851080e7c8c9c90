import type { ReactElement } from 'react';

import { useApi } from '../../../api/context';
import { useMay } from '../../../api/me';
import type { ModuleAnswer } from '../../../api/schema';
import { Button } from '../../../components/Button';
import { Confirm, Dialog } from '../../../components/Dialog';
import { Link } from '../../../components/Link';
import { Loading } from '../../../components/states';
import { useHost } from '../../../host/host';
import { EndpointLinks, locationOf, useEndpointsOf } from '../../parts/EndpointsOf';
import { useMacrosOf, useRefreshModules } from '../data';

const SHOWN = 20;

interface DeleteProps {
  module: ModuleAnswer;
  onClose: () => void;
}

/** Deletes a module, or tells what is still in it. */
export function DeleteModule(props: DeleteProps): ReactElement {
  return useMay()('endpoint', 'read') ? <LookFirst {...props} /> : <Ask {...props} />;
}

function LookFirst(props: DeleteProps): ReactElement {
  const { module, onClose } = props;
  const common = { module: module.name };
  const { rows, total = 0, isPending } = useEndpointsOf(common);
  const macros = useMacrosOf(module.name);
  if (!isPending && rows.length === 0 && macros.length === 0) return <Ask {...props} />;
  return (
    <Dialog title={`${module.name} cannot be deleted yet`} onClose={onClose}>
      {isPending && <Loading what="what is in it" />}
      {rows.length > 0 && (
        <>
          <p>
            These endpoints are in it. Delete them, or move them to another module first.{' '}
            {total > SHOWN && <Link to={locationOf(common)}>Show all {total}</Link>}
          </p>
          <EndpointLinks endpoints={rows.slice(0, SHOWN)} />
        </>
      )}
      {macros.length > 0 && (
        <>
          <p>These macros are in it. Delete them first.</p>
          <ul className="dbapi-EndpointLinks">
            {macros.map(macro => (
              <li key={macro.id}>
                <Link to={`/modules/macros/${macro.id}`}>{macro.name}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
      <footer className="dbapi-Dialog-foot">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

function Ask({ module, onClose }: DeleteProps): ReactElement {
  const { http, etag } = useApi();
  const host = useHost();
  const refresh = useRefreshModules();
  const remove = async (): Promise<void> => {
    const tag = etag(`/api/v1/modules/${module.id}`);
    await http.DELETE('/api/v1/modules/{module_id}', {
      params: { path: { module_id: module.id }, header: tag ? { 'if-match': tag } : {} }
    });
    host.open('/modules');
    host.notify(`${module.name} was deleted`);
    await refresh();
  };
  return (
    <Confirm
      title={`Delete ${module.name}?`}
      action="Delete the module"
      onConfirm={remove}
      onClose={onClose}
    >
      <p>Only an empty module can be deleted. Permissions for it end with it.</p>
    </Confirm>
  );
}
