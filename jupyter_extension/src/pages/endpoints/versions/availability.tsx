import type { ReactElement } from 'react';

import type { VersionAnswer } from '../../../api/schema';
import { Tag } from '../../../components/small';

/** What of a version can be changed. */
export type Availability = Pick<VersionAnswer, 'is_pinnable' | 'deprecated_at' | 'sunset_at'>;

/** A day as the platform tells it: in UTC, whoever looks. */
export function dayOf(moment: string): string {
  return moment.slice(0, 10);
}

function hasEnded(moment: string, now = Date.now()): boolean {
  return Date.parse(moment) <= now;
}

/** Whether it can be asked for, and until when. */
export function AvailabilityTags(props: { of: Availability }): ReactElement {
  const { is_pinnable, deprecated_at, sunset_at } = props.of;
  return (
    <>
      {is_pinnable && (
        <Tag tone="good" title="Consumers can ask for it while another version is live">
          Callable by pin
        </Tag>
      )}{' '}
      {deprecated_at !== null && (
        <Tag tone="attention" title={`From ${dayOf(deprecated_at)} on, as every answer tells`}>
          Deprecated
        </Tag>
      )}{' '}
      {sunset_at !== null && (
        <Tag
          tone={hasEnded(sunset_at) ? 'bad' : 'attention'}
          title={hasEnded(sunset_at) ? 'It has ended: callers get 410' : 'When it ends'}
        >
          Sunset {dayOf(sunset_at)}
        </Tag>
      )}
    </>
  );
}
