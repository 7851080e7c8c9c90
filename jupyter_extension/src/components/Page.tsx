import type { ReactElement, ReactNode } from 'react';

import { useTitle } from '../host/title';
import { Link } from './Link';

/** A page: its title, what can be done, and what it shows. */
export function Page(props: {
  title: string;
  /** The title as it is drawn, where that is more than its words. */
  heading?: ReactNode;
  /** The page above, to go back to. */
  up?: { to: string; title: string };
  lead?: ReactNode;
  actions?: ReactNode;
  /** As high as the window, so that what is in it scrolls and not the page. */
  isFull?: boolean;
  children: ReactNode;
}): ReactElement {
  useTitle(props.title);
  return (
    <div className={`dbapi-Page ${props.isFull ? 'dbapi-mod-full' : ''}`}>
      <header className="dbapi-Page-head">
        <div>
          {props.up && (
            <nav aria-label="Breadcrumb">
              <Link to={props.up.to}>{props.up.title}</Link>
            </nav>
          )}
          <h1>{props.heading ?? props.title}</h1>
          {props.lead && <p className="dbapi-Muted">{props.lead}</p>}
        </div>
        <div className="dbapi-Page-actions">{props.actions}</div>
      </header>
      {props.children}
    </div>
  );
}

/** A part of a page with a heading. */
export function Section(props: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactElement {
  return (
    <section className="dbapi-Section">
      <header>
        <h2>{props.title}</h2>
        {props.actions}
      </header>
      {props.children}
    </section>
  );
}

/** Names and values beside each other. */
export function Facts(props: { facts: readonly (readonly [string, ReactNode])[] }): ReactElement {
  return (
    <dl className="dbapi-Facts">
      {props.facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="dbapi-Muted">–</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A search or filters above a table. */
export function Bar(props: { children: ReactNode }): ReactElement {
  return (
    <div className="dbapi-Bar" role="search">
      {props.children}
    </div>
  );
}
