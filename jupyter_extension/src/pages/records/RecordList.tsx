import { type ReactElement, useRef } from 'react';

import type { NamedRecordAnswer } from '../../api/schema';
import { Button } from '../../components/Button';
import { Chart, type Series } from '../../components/Chart';
import { Link } from '../../components/Link';
import { count } from '../../components/small';
import { Empty, Failed, Loading, Problem } from '../../components/states';
import { Table } from '../../components/Table';
import { columnsOf } from './columns';
import { latencyOf } from './latency';
import type { Records } from './useRecords';
import { KEPT, type Tail } from './useTail';

// Scrolled further than this, the list is held still.
const TOP_PX = 8;
const SERIES: readonly Series[] = [
  { key: 'p50', name: 'p50', color: 'var(--jp-brand-color1)' },
  { key: 'p95', name: 'p95', color: 'var(--jp-warn-color1)' }
];

/** Records in a table that goes on as it is scrolled, newest first. */
export function RecordList(props: {
  records: Records;
  tail: Tail;
  isLive: boolean;
  isFiltered: boolean;
  open: string | undefined;
  onOpen: (record: NamedRecordAnswer) => void;
}): ReactElement {
  const { records, tail, isLive } = props;
  const scroller = useRef<HTMLDivElement>(null);
  if (records.error && records.rows.length === 0) {
    return <Failed error={records.error} retry={records.retry} />;
  }
  if (records.isLoading) return <Loading what="access records" />;
  const all = [...tail.rows, ...records.rows];
  const rows = isLive ? all.slice(0, KEPT) : all;
  if (rows.length === 0) return <NoRecords isFiltered={props.isFiltered} isLive={isLive} />;
  const toTop = (): void => {
    tail.hold(false);
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <>
      <Chart
        label="Durations of the records that are shown"
        points={latencyOf(rows)}
        series={SERIES}
        kind="line"
        unit="ms"
        height={96}
      />
      {isLive && <Problem error={tail.error} />}
      <Table
        label="Access records"
        columns={columnsOf(props.open !== undefined)}
        rows={rows}
        idOf={record => String(record.id)}
        onOpen={props.onOpen}
        selected={props.open ?? ''}
        onEnd={rows.length < all.length ? undefined : records.more}
        onScroll={top => tail.hold(top > TOP_PX)}
        scroller={scroller}
        isFixed
      />
      <div className="dbapi-Split-foot" role="status">
        <span className="dbapi-Muted">{shownOf(props, rows.length)}</span>
        {tail.waiting > 0 && (
          <Button look="accept" onClick={toTop}>
            {tail.waiting >= KEPT ? `${count(KEPT)} or more` : count(tail.waiting)} new
          </Button>
        )}
      </div>
    </>
  );
}

function shownOf(props: { records: Records; tail: Tail; isLive: boolean }, rows: number): string {
  const { records, tail, isLive } = props;
  const total = Math.max(records.total + tail.rows.length, rows);
  const words = [
    `${count(rows)} of ${records.isCapped ? 'more than ' : ''}${count(total)} records`
  ];
  if (records.isLoadingMore) words.push('loading more …');
  if (isLive && rows >= KEPT) words.push(`the newest ${count(KEPT)} are kept while it is live`);
  if (tail.isGappy) words.push('more came at once than could be shown: some are left out');
  return words.join('; ');
}

function NoRecords(props: { isFiltered: boolean; isLive: boolean }): ReactElement {
  if (props.isFiltered) {
    return (
      <Empty icon="search" title="No record matches these filters">
        <p>Take a filter away, or begin earlier.</p>
        {props.isLive && <p>New ones appear here by themselves.</p>}
      </Empty>
    );
  }
  return (
    <Empty icon="logs" title="Nothing was asked of the gateway yet">
      <p>
        Each call of an endpoint leaves a record here, refused ones too. Open a{' '}
        <Link to="/endpoints?state=live">live endpoint</Link> and try it.
      </p>
    </Empty>
  );
}
