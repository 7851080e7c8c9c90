import { type ReactElement, useRef, useState } from 'react';

import { useApi } from '../../api/context';
import { Export, type ExportFormat } from '../../components/Export';
import { Page } from '../../components/Page';
import { Split } from '../../components/Split';
import { useVisible } from '../../components/visible';
import { useFilters } from '../location';
import { RecordFilters } from './RecordFilters';
import { isFiltered, queryOf, type RecordQuery } from './recordFilters';
import { RecordList } from './RecordList';
import { RecordPanel } from './RecordPanel';
import { useRecords } from './useRecords';
import { useTail } from './useTail';

/** What was asked of the gateway, as it comes in. */
export default function RecordsPage(): ReactElement {
  const [filters, change] = useFilters();
  const [isLive, setLive] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(place);
  const query = queryOf(filters);
  const records = useRecords(query);
  const tail = useTail(query, records.isLoading ? undefined : records.rows, isLive && isVisible);
  const opened = filters.get('record') ?? undefined;
  const close = (): void => change({ record: null });
  return (
    <Page
      title="Access logs"
      isFull
      actions={
        <>
          <label className="dbapi-Switch">
            <input
              type="checkbox"
              role="switch"
              checked={isLive}
              onChange={event => setLive(event.target.checked)}
            />
            Live
          </label>
          <ExportRecords query={query} />
        </>
      }
    >
      <RecordFilters />
      <Split panel={opened && <RecordPanel key={opened} id={Number(opened)} onClose={close} />}>
        <div ref={place} />
        <RecordList
          // Another filter is another list, which begins at its top.
          key={JSON.stringify(query)}
          records={records}
          tail={tail}
          isLive={isLive}
          isFiltered={isFiltered(filters)}
          open={opened}
          onOpen={record => change({ record: String(record.id) })}
        />
      </Split>
    </Page>
  );
}

function ExportRecords({ query }: { query: RecordQuery }): ReactElement {
  const { http } = useApi();
  const fetch = async (format: ExportFormat, limit: number): Promise<Blob> => {
    const { data } = await http.GET('/api/v1/access-records/export', {
      params: { query: { ...query, format, limit } },
      parseAs: 'blob'
    });
    return data as Blob;
  };
  return <Export what="access records" name="access-records" fetch={fetch} />;
}
