import { type ReactElement, useState } from 'react';

import { useApi } from '../api/context';
import { ApiError, type Meanwhile } from '../api/errors';

/** What a change sends to be made only over what was seen. */
export type IfMatch = { 'if-match'?: string };

export interface Seen {
  /** What somebody else made of it, after their change stood in the way. */
  theirs: Meanwhile | null;
  /** What is there now is what was seen: when something begins to be changed. */
  begin: () => void;
  /** Send a change. When somebody else was quicker it is refused once; the next one overwrites. */
  send: <T>(change: (header: IfMatch) => Promise<T>) => Promise<T>;
}

/** Two people at once: keeps the entity tag of what was seen at a path of the API. */
export function useSeen(path: string): Seen {
  const api = useApi();
  const [tag, setTag] = useState(() => api.etag(path));
  const [theirs, setTheirs] = useState<Meanwhile | null>(null);
  const begin = (): void => {
    setTag(api.etag(path));
    setTheirs(null);
  };
  const send = async <T,>(change: (header: IfMatch) => Promise<T>): Promise<T> => {
    try {
      const answer = await change(tag ? { 'if-match': tag } : {});
      begin();
      return answer;
    } catch (reason) {
      if (!(reason instanceof ApiError) || !reason.meanwhile) throw reason;
      setTag(reason.meanwhile.etag ?? undefined);
      setTheirs(reason.meanwhile);
      throw new ApiError(
        reason.status,
        reason.code,
        'Somebody else changed this while you were editing. Nothing was overwritten. ' +
          'Compare, then save again to keep your version.'
      );
    }
  };
  return { theirs, begin, send };
}

/** What somebody else changed meanwhile beside what was typed, by field. */
export function Theirs(props: {
  theirs: Meanwhile | null;
  /** The fields that people know, and what they call them. */
  labels: Readonly<Record<string, string>>;
}): ReactElement | null {
  const { theirs, labels } = props;
  if (!theirs) return null;
  const current = fieldsOf(theirs.current);
  const sent = fieldsOf(theirs.sent);
  const differ = Object.keys(labels).filter(
    name => name in sent && say(current[name]) !== say(sent[name])
  );
  if (differ.length === 0) {
    return <p className="dbapi-Muted">They changed other fields than you did; both can stay.</p>;
  }
  return (
    <table className="dbapi-Theirs">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">There now</th>
          <th scope="col">Yours</th>
        </tr>
      </thead>
      <tbody>
        {differ.map(name => (
          <tr key={name}>
            <th scope="row">{labels[name]}</th>
            <td>{say(current[name])}</td>
            <td>{say(sent[name])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function say(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length > 0 ? value.map(say).join(', ') : '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
