import type { ReactElement } from 'react';

import { changes, patch } from '../../../api/changes';
import { useApi } from '../../../api/context';
import type { AvailabilityPatch, EndpointAnswer } from '../../../api/schema';
import { Dialog } from '../../../components/Dialog';
import { Check, Field, Form } from '../../../components/Form';
import { Theirs, useSeen } from '../../../components/seen';
import { Loaded } from '../../../components/states';
import { useHost } from '../../../host/host';
import { useRefreshEndpoints } from '../data';
import { type Availability, dayOf } from './availability';

interface Values {
  is_pinnable: boolean;
  deprecated_at: string;
  sunset_at: string;
}

const LABELS = {
  is_pinnable: 'Callable by pin',
  deprecated_at: 'Deprecated from',
  sunset_at: 'Sunset'
};

/** Lets consumers ask for a version while another is live, and tells them until when. */
export function AvailabilityDialog(props: {
  endpoint: EndpointAnswer;
  version: number;
  onClose: () => void;
}): ReactElement {
  const { endpoint, version, onClose } = props;
  // What is there now, with its entity tag: the list has none.
  const found = useApi().query.useQuery(
    'get',
    '/api/v1/endpoints/{endpoint_id}/versions/{number}',
    { params: { path: { endpoint_id: endpoint.id, number: version } } },
    { gcTime: 0 }
  );
  return (
    <Dialog title={`Who may call version ${version}?`} onClose={onClose}>
      <Loaded query={found} what="the version">
        {current => <AvailabilityForm {...props} current={current} />}
      </Loaded>
    </Dialog>
  );
}

function AvailabilityForm(props: {
  endpoint: EndpointAnswer;
  version: number;
  current: Availability;
  onClose: () => void;
}): ReactElement {
  const { endpoint, version, current, onClose } = props;
  const { http } = useApi();
  const host = useHost();
  const refresh = useRefreshEndpoints();
  const seen = useSeen(`/api/v1/endpoints/${endpoint.id}/versions/${version}`);
  const before = valuesOf(current);
  const send = async (values: Values): Promise<void> => {
    await seen.send(header =>
      http.PATCH('/api/v1/endpoints/{endpoint_id}/versions/{number}', {
        params: { path: { endpoint_id: endpoint.id, number: version }, header },
        body: patch<AvailabilityPatch>(bodyOf(changes(before, values)))
      })
    );
    await refresh();
    host.notify(`Version ${version} of ${endpoint.method} ${endpoint.path} was changed`);
    onClose();
  };
  const isLive = endpoint.live_version === version;
  return (
    <Form<Values> defaults={before} action="Save" onSend={send} onCancel={onClose}>
      {({ register, formState: { errors } }) => (
        <>
          <Check label="Callable by pin: consumers can ask for it while another version is live.">
            <input type="checkbox" {...register('is_pinnable')} />
          </Check>
          <p className="dbapi-Muted">
            They send <code>X-API-Version: {version}</code> or <code>?version={version}</code>, with
            the access that the endpoint has now.
            {errors.is_pinnable && (
              <span className="dbapi-Problem" role="alert">
                {' '}
                {errors.is_pinnable.message}
              </span>
            )}
          </p>
          <Field
            label="Deprecated from"
            hint="Every answer tells consumers to move on. Days begin at midnight UTC."
            error={errors.deprecated_at}
          >
            <input type="date" {...register('deprecated_at')} />
          </Field>
          <Field
            label="Sunset"
            hint={
              isLive
                ? 'From then on all callers get 410: this version is live.'
                : 'From then on whoever asks for it gets 410.'
            }
            error={errors.sunset_at}
          >
            <input type="date" {...register('sunset_at')} />
          </Field>
          <Theirs theirs={seen.theirs} labels={LABELS} />
        </>
      )}
    </Form>
  );
}

function valuesOf(current: Availability): Values {
  return {
    is_pinnable: current.is_pinnable,
    deprecated_at: current.deprecated_at ? dayOf(current.deprecated_at) : '',
    sunset_at: current.sunset_at ? dayOf(current.sunset_at) : ''
  };
}

/** The fields that differ as the platform takes them; a time of day that stays is not touched. */
function bodyOf(fields: Partial<Values>): Partial<AvailabilityPatch> {
  const { is_pinnable, deprecated_at, sunset_at } = fields;
  return {
    ...(is_pinnable === undefined ? {} : { is_pinnable }),
    ...(deprecated_at === undefined ? {} : { deprecated_at: momentOf(deprecated_at) }),
    ...(sunset_at === undefined ? {} : { sunset_at: momentOf(sunset_at) })
  };
}

function momentOf(day: string): string | null {
  return day === '' ? null : `${day}T00:00:00Z`;
}
