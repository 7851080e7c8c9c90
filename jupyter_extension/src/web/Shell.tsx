import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useState } from 'react';

import { useApi } from '../api/context';
import { useMay, useMe } from '../api/me';
import { Button } from '../components/Button';
import { Icon } from '../components/icons';
import { Link } from '../components/Link';
import { ACCOUNT, pageOf, PAGES } from '../pages/pages';
import { chooseTheme, chosenTheme, type Theme } from './theme';

/** The frame of a plain browser: the pages that the user may see, who that is, and the theme. */
export function Shell(props: { location: string; children: ReactNode }): ReactElement {
  const may = useMay();
  const open = pageOf(props.location);
  const shown = PAGES.filter(page => page.needs.some(([type, action]) => may(type, action)));
  return (
    <div className="dbapi-Shell">
      <nav className="dbapi-Shell-side" aria-label="Pages">
        <strong className="dbapi-Shell-name">
          <Icon name="endpoint" /> pyDBAPI
        </strong>
        {shown.map(page => (
          <Link key={page.path} to={page.path} isCurrent={page === open}>
            <Icon name={page.icon} /> {page.title}
          </Link>
        ))}
        <User isOpen={open === ACCOUNT} />
      </nav>
      <main className="dbapi-Shell-page">{props.children}</main>
    </div>
  );
}

function User(props: { isOpen: boolean }): ReactElement {
  const me = useMe();
  const { http } = useApi();
  const queries = useQueryClient();
  const logOut = async (): Promise<void> => {
    await http.POST('/api/v1/logout');
    await queries.resetQueries();
  };
  return (
    <div className="dbapi-Shell-user">
      <ThemeChoice />
      <Link to={ACCOUNT.path} isCurrent={props.isOpen}>
        <Icon name="client" /> {me.data?.full_name ?? me.data?.username}
      </Link>
      <Button look="quiet" onClick={logOut}>
        Log out
      </Button>
    </div>
  );
}

function ThemeChoice(): ReactElement {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme): void => {
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <label className="dbapi-Field">
      <span className="dbapi-Hidden">Theme</span>
      <select value={theme} onChange={event => choose(event.target.value as Theme)}>
        <option value="system">Theme of the system</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
