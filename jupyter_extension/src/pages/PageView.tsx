import { Component, type ReactElement, type ReactNode, Suspense } from 'react';

import { useMay, useMe } from '../api/me';
import { Empty, Failed, Forbidden, Loaded, Loading } from '../components/states';
import { TitleProvider } from '../host/title';
import { LocationProvider } from './location';
import { pageOf } from './pages';

const nobody = (): void => undefined;

/** The page of a location, for who may see it. */
export function PageView(props: {
  location: string;
  /** What the page is called has changed. */
  onTitle?: (title: string) => void;
}): ReactElement {
  const me = useMe();
  return (
    <div className="dbapi-Pages">
      <Loaded query={me} what="your account">
        {() => (
          <TitleProvider tell={props.onTitle ?? nobody}>
            <Allowed location={props.location} />
          </TitleProvider>
        )}
      </Loaded>
    </div>
  );
}

function Allowed({ location }: { location: string }): ReactElement {
  const may = useMay();
  const page = pageOf(location);
  if (!page) return <Empty icon="search" title={`There is no page at ${location}`} />;
  if (page.needs.length > 0 && !page.needs.some(([type, action]) => may(type, action))) {
    const names = page.needs.map(([type, action]) => `${type}:${action}`).join(' or ');
    return (
      <Forbidden message={`${page.title} needs the permission ${names}; ask an administrator.`} />
    );
  }
  const Shown = page.component;
  return (
    <LocationProvider location={location}>
      <Guard key={page.path} location={location}>
        <Suspense fallback={<Loading what={page.title.toLowerCase()} />}>
          <Shown />
        </Suspense>
      </Guard>
    </LocationProvider>
  );
}

/** Keeps an error of one page from taking the others with it. */
class Guard extends Component<{ location: string; children: ReactNode }, { error: Error | null }> {
  state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  // Another filter or tab is no other page: what is typed into it stays.
  componentDidUpdate(before: { location: string }): void {
    if (before.location !== this.props.location && this.state.error) this.setState({ error: null });
  }

  render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <Failed error={error} retry={() => this.setState({ error: null })} />;
  }
}
