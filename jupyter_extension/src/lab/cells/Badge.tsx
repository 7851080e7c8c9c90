import { skipToken, useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState, useSyncExternalStore } from 'react';

import { useApi } from '../../api/context';
import type { Activity, Check } from '../../cell/answers';
import { badgeParts, type Part } from '../../cell/badge';
import { Link } from '../../components/Link';
import type { Session } from '../session';
import { activityKey, type Feed } from './feed';
import type { OurCell, Subject } from './ourCell';

/** What a badge needs beside its cell. */
export interface BadgeWorld {
  session: Session;
  feed: Feed;
  logIn: () => void;
}

/** What stands at a cell's foot: where its endpoint is, and how it is doing. */
export function Badge(props: { cell: OurCell; world: BadgeWorld }): ReactElement {
  const { cell, world } = props;
  const isConnected = useConnected(world.session);
  const subject = useSubject(cell);
  return (
    <div className="dbapi-Badge" role="group" aria-label="Endpoint of this cell">
      {isConnected === false ? (
        <button type="button" className="dbapi-Badge-log" onClick={world.logIn}>
          not connected — log in
        </button>
      ) : isConnected && subject ? (
        <Standing cell={cell} subject={subject} feed={world.feed} />
      ) : null}
    </div>
  );
}

function Standing(props: { cell: OurCell; subject: Subject; feed: Feed }): ReactElement | null {
  const { cell, subject, feed } = props;
  const check = useCheck(cell);
  const { method, path } = subject;
  const endpoint = useApi().query.useQuery('get', '/api/v1/endpoints', {
    params: { query: { method, path } }
  });
  const saved = endpoint.data?.items[0];
  const id = check?.endpoint_id ?? saved?.id;
  const place = useRef<HTMLSpanElement>(null);
  const isInSight = useInSight(place);
  useEffect(
    () => (id !== undefined && isInSight ? feed.watch(id) : undefined),
    [id, isInSight, feed]
  );
  const activity = useQuery<Activity>({ queryKey: activityKey(id ?? ''), queryFn: skipToken });
  const told = activity.data;
  // It was published, rolled back or saved elsewhere.
  const isOld =
    !!check && !!told && (told.live_version !== check.live_version || told.state !== check.state);
  useEffect(() => {
    if (isOld) cell.refresh();
  }, [isOld, cell]);
  const known = check ?? (saved ? standing(saved) : null);
  const parts = badgeParts({ check: known, activity: activity.data ?? null });
  if (id === undefined) {
    return endpoint.isSuccess ? (
      <span className="dbapi-Muted">not saved yet: run the cell</span>
    ) : null;
  }
  return (
    <span ref={place}>
      <Link to={`/endpoints/${id}`} className="dbapi-Badge-parts">
        {parts.length ? parts.map(part => <PartView key={part.text} part={part} />) : path}
      </Link>
    </span>
  );
}

function PartView(props: { part: Part }): ReactElement {
  const { text, tone } = props.part;
  return <span className={`dbapi-Badge-part dbapi-mod-${tone}`}>{text}</span>;
}

function standing(saved: {
  id: string;
  state: Check['state'];
  live_version: number | null;
}): Check {
  const { id, state, live_version } = saved;
  const unknown = { changed: false, differs_from_live: false, params: [], problems: [] };
  return { endpoint_id: id, state, live_version, ...unknown };
}

/** Undefined until it is known. */
function useConnected(session: Session): boolean | undefined {
  return useSyncExternalStore(
    changed => {
      session.changed.connect(changed);
      return () => session.changed.disconnect(changed);
    },
    () => (session.status ? session.status.user !== null : undefined)
  );
}

function useCheck(cell: OurCell): Check | null {
  return useSyncExternalStore(
    changed => {
      cell.changed.connect(changed);
      return () => cell.changed.disconnect(changed);
    },
    () => cell.check
  );
}

/** What the first line names; while it is being typed, what it named last. */
function useSubject(cell: OurCell): Subject | null {
  const said = useSyncExternalStore(
    changed => {
      cell.changed.connect(changed);
      return () => cell.changed.disconnect(changed);
    },
    () => (cell.subject ? `${cell.subject.method} ${cell.subject.path}` : '')
  );
  const [method = '', path = ''] = said.split(' ');
  return said === '' ? null : { method, path };
}

function useInSight(place: { current: Element | null }): boolean {
  const [isInSight, setInSight] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      setInSight(entry?.isIntersecting ?? false);
    });
    observer.observe(element);
    return () => observer.disconnect();
  });
  return isInSight;
}
