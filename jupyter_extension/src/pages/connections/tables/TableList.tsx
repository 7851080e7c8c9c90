import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, useRef } from 'react';

import { Icon } from '../../../components/icons';
import { count } from '../../../components/small';
import type { TableRow } from './rows';

const ROW_PX = 28;

/** Tables below their schemas; only those in sight are drawn, so that thousands of them scroll. */
export function TableList(props: {
  rows: readonly TableRow[];
  open: string | undefined;
  onOpen: (id: string) => void;
}): ReactElement {
  const { rows, open } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialRect: { width: 320, height: 600 }
  });
  const step = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = nextTable(rows, open, by);
    if (!next) return;
    virtual.scrollToIndex(rows.indexOf(next));
    props.onOpen(next.id);
  };
  return (
    <div
      className="dbapi-TableList"
      ref={scroller}
      role="listbox"
      aria-label="Tables"
      aria-activedescendant={open && `dbapi-table-${open}`}
      tabIndex={0}
      onKeyDown={step}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(item => {
          const row = rows[item.index];
          return (
            row && (
              <Line
                key={row.id}
                row={row}
                top={item.start}
                isOpen={row.id === open}
                onOpen={props.onOpen}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function nextTable(
  rows: readonly TableRow[],
  open: string | undefined,
  by: number
): TableRow | undefined {
  const tables = rows.filter(row => row.kind === 'table');
  const at = tables.findIndex(row => row.id === open);
  return at < 0 ? tables[0] : tables[at + by];
}

function Line(props: {
  row: TableRow;
  top: number;
  isOpen: boolean;
  onOpen: (id: string) => void;
}): ReactElement {
  const { row, isOpen } = props;
  const style = { transform: `translateY(${props.top}px)`, height: ROW_PX };
  if (row.kind === 'schema') {
    return (
      <div className="dbapi-TableList-schema" role="presentation" style={style}>
        <span>{row.name}</span> <span className="dbapi-Muted">{count(row.tables)}</span>
      </div>
    );
  }
  const { table, column } = row;
  return (
    // The keys are the list's, as of any listbox.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      className="dbapi-TableList-table"
      role="option"
      id={`dbapi-table-${row.id}`}
      aria-selected={isOpen}
      tabIndex={-1}
      style={style}
      title={table.kind}
      onClick={() => props.onOpen(row.id)}
    >
      <Icon name={table.kind === 'table' ? 'table' : 'search'} />
      <span>{table.name}</span>
      {column ? (
        <small className="dbapi-Muted">{column}</small>
      ) : (
        table.kind !== 'table' && <small className="dbapi-Muted">{table.kind}</small>
      )}
    </div>
  );
}
