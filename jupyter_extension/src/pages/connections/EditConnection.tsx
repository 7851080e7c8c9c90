import type { ReactElement } from 'react';

import { changes, patch } from '../../api/changes';
import { useApi } from '../../api/context';
import type { DatasourceAnswer, DatasourceIn, DatasourcePatch } from '../../api/schema';
import { Dialog } from '../../components/Dialog';
import { Form } from '../../components/Form';
import { Theirs, useSeen } from '../../components/seen';
import { useHost } from '../../host/host';
import { ConnectionFields } from './ConnectionFields';
import { useRefreshConnections } from './data';
import { TryConnection } from './TryConnection';
import { bodyOf, type ConnectionValues, valuesOf } from './values';

const LABELS = {
  name: 'Name',
  description: 'Description',
  host: 'Host',
  port: 'Port',
  database: 'Database',
  username: 'User name',
  read_only: 'Read only',
  options: 'Options'
};

/** Changes a connection; its password stays unless another is typed. */
export function EditConnection(props: {
  kept: DatasourceAnswer;
  onClose: () => void;
}): ReactElement {
  const { kept } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshConnections();
  const seen = useSeen(`/api/v1/datasources/${kept.id}`);
  const send = async (values: ConnectionValues): Promise<void> => {
    const body = changes<DatasourceIn>(bodyOf(valuesOf(kept)), bodyOf(values));
    await seen.send(header =>
      http.PATCH('/api/v1/datasources/{datasource_id}', {
        params: { path: { datasource_id: kept.id }, header },
        body: patch<DatasourcePatch>(body)
      })
    );
    await refresh();
    props.onClose();
    host.notify(`${values.name} was saved`);
  };
  return (
    <Dialog title={`Edit ${kept.name}`} onClose={props.onClose}>
      <Form<ConnectionValues>
        defaults={valuesOf(kept)}
        action="Save"
        onSend={send}
        onCancel={props.onClose}
      >
        {form => (
          <>
            <ConnectionFields form={form} kept={kept} />
            <TryConnection form={form} kept={kept} />
            <Theirs theirs={seen.theirs} labels={LABELS} />
          </>
        )}
      </Form>
    </Dialog>
  );
}
