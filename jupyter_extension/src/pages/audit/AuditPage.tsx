import { type ReactElement, useMemo } from 'react';

import { useApi } from '../../api/context';
import { Export, type ExportFormat } from '../../components/Export';
import { Page } from '../../components/Page';
import { count } from '../../components/small';
import { Split } from '../../components/Split';
import { Empty, Failed, Loading } from '../../components/states';
import { Table } from '../../components/Table';
import { useFilters } from '../location';
import { AuditFilters } from './AuditFilters';
import { type AuditQuery, isFiltered, queryOf } from './auditFilters';
import { AuditPanel } from './AuditPanel';
import { columnsOf } from './columns';

const PAGE = 200;

/** Who changed what, newest first. */
export default function AuditPage(): ReactElement {
  const [filters, change] = useFilters();
  const query = queryOf(filters);
  const opened = filters.get('entry') ?? undefined;
  const close = (): void => change({ entry: null });
  return (
    <Page title="Audit" isFull actions={<ExportEntries query={query} />}>
      <AuditFilters />
      <Split panel={opened && <AuditPanel key={opened} id={Number(opened)} onClose={close} />}>
        <Entries key={JSON.stringify(query)} query={query} opened={opened} />
      </Split>
    </Page>
  );
}

function Entries(props: { query: AuditQuery; opened: string | undefined }): ReactElement {
  const [filters, change] = useFilters();
  const found = useApi().query.useInfiniteQuery(
    'get',
    '/api/v1/audit-entries',
    { params: { query: { ...props.query, limit: PAGE } } },
    // Asking again would ask for every page that was scrolled to.
    { initialPageParam: null, getNextPageParam: page => page.next, staleTime: Infinity, gcTime: 0 }
  );
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  const rows = useMemo(() => data?.pages.flatMap(page => page.items) ?? [], [data]);
  if (!data) {
    if (!found.isError) return <Loading what="the audit log" />;
    return <Failed error={found.error} retry={() => void found.refetch()} />;
  }
  if (rows.length === 0) return <NoEntries isFiltered={isFiltered(filters)} />;
  const first = data.pages[0];
  const total = `${first?.total_is_capped ? 'more than ' : ''}${count(first?.total ?? 0)}`;
  return (
    <>
      <Table
        label="Audit entries"
        columns={columnsOf(props.opened !== undefined)}
        rows={rows}
        idOf={entry => String(entry.id)}
        onOpen={entry => change({ entry: String(entry.id) })}
        selected={props.opened ?? ''}
        onEnd={hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined}
        isFixed
      />
      <div className="dbapi-Split-foot" role="status">
        <span className="dbapi-Muted">
          {count(rows.length)} of {total} entries{isFetchingNextPage && '; loading more …'}
        </span>
      </div>
    </>
  );
}

function NoEntries(props: { isFiltered: boolean }): ReactElement {
  if (!props.isFiltered) {
    return (
      <Empty icon="audit" title="Nothing was changed yet">
        <p>Whatever is made, changed or deleted is noted here, with who did it.</p>
      </Empty>
    );
  }
  return (
    <Empty icon="search" title="No entry matches these filters">
      <p>Take a filter away, or begin earlier. Who and action must be written as they are.</p>
    </Empty>
  );
}

function ExportEntries({ query }: { query: AuditQuery }): ReactElement {
  const { http } = useApi();
  const fetch = async (format: ExportFormat, limit: number): Promise<Blob> => {
    const { data } = await http.GET('/api/v1/audit-entries/export', {
      params: { query: { ...query, format, limit } },
      parseAs: 'blob'
    });
    return data as Blob;
  };
  return <Export what="audit entries" name="audit-entries" fetch={fetch} />;
}
