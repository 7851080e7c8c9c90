import type { ReactElement, ReactNode } from 'react';

import { Button } from '../../components/Button';
import { Links, type LinksProps } from '../../components/Links';
import { Bar, Section } from '../../components/Page';
import type { Rows } from '../../components/Rows';
import { Search } from '../../components/Search';
import { count } from '../../components/small';
import { Failed, Loading } from '../../components/states';

// A list that is seen at once needs no search.
const FEW = 10;

/** Links of which the platform tells a page after the other, to be searched by name. */
export function PagedLinks<T extends { id: string }>(
  props: Omit<LinksProps<T>, 'links' | 'above' | 'below'> & {
    /** What many of them are called: `clients`. */
    many: string;
    list: Rows<T>;
    search: string;
    onSearch: (text: string) => void;
  }
): ReactElement {
  const { list, search, onSearch, many, title, none, ...rest } = props;
  const { rows, total = 0 } = list;
  return (
    <Waited list={list} what={many} title={title}>
      <Links
        {...rest}
        title={search || total === 0 ? title : `${title} (${count(total)})`}
        links={rows}
        none={search ? `None of the ${many} fits.` : none}
        above={
          (search !== '' || total > FEW) && (
            <Bar>
              <Search label={`Search these ${many}`} value={search} onChange={onSearch} />
            </Bar>
          )
        }
        below={
          list.hasMore && (
            <p className="dbapi-Links-more">
              <Button isBusy={list.isLoadingMore} onClick={list.loadMore}>
                Show more
              </Button>
              <span className="dbapi-Muted" role="status">
                {count(rows.length)} of {count(total)}
              </span>
            </p>
          )
        }
      />
    </Waited>
  );
}

function Waited(props: {
  list: Rows<unknown>;
  what: string;
  title: string;
  children: ReactNode;
}): ReactElement {
  const { list } = props;
  if (!list.isPending && !(list.error && list.rows.length === 0)) return <>{props.children}</>;
  return (
    <Section title={props.title}>
      {list.isPending ? (
        <Loading what={props.what} />
      ) : (
        <Failed error={list.error} retry={list.retry} />
      )}
    </Section>
  );
}
