import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type Header,
  type Row,
  type SortingState,
  useReactTable
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useRef,
  useState
} from 'react';

import { Icon } from './icons';

const ROW_PX = 33;
// More is asked for when so few rows are left below.
const NEAR_END = 20;

export interface TableProps<T> {
  /** What the rows are, for screen readers. */
  label: string;
  columns: ColumnDef<T>[];
  rows: readonly T[];
  idOf: (row: T) => string;
  /** A row that is opened by a click or Enter. */
  onOpen?: (row: T) => void;
  selected?: string | undefined;
  /** Sorting by the heads; leave it out where the platform sorts, or the list is not whole. */
  isSortable?: boolean;
  /** Called near the end of the rows, to load more. */
  onEnd?: (() => void) | undefined;
  /** How many there are, where not all are loaded yet. */
  total?: number | undefined;
  /** Columns keep the widths of their `size` (pixels); those without one share what is left. */
  isFixed?: boolean;
  /** How far it was scrolled, in pixels. */
  onScroll?: (top: number) => void;
  /** What scrolls, for whoever scrolls it back. */
  scroller?: RefObject<HTMLDivElement>;
}

/** A table that draws only the rows in sight, so that thousands of them scroll smoothly. */
export function Table<T>(props: TableProps<T>): ReactElement {
  const [sorting, setSorting] = useState<SortingState>([]);
  const table = useReactTable<T>({
    // The library wants an array it could change; it never does.
    data: props.rows as T[],
    columns: props.columns,
    state: { sorting },
    onSortingChange: setSorting,
    getRowId: props.idOf,
    enableSorting: props.isSortable === true,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel()
  });
  const own = useRef<HTMLDivElement>(null);
  const scroller = props.scroller ?? own;
  const rows = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialRect: { width: 800, height: 600 }
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const { onEnd, onScroll } = props;
  const isNearEnd = (items.at(-1)?.index ?? 0) >= rows.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd && rows.length > 0) onEnd?.();
  }, [isNearEnd, rows.length, onEnd]);
  return (
    <div
      className={`dbapi-Table ${props.isFixed ? 'dbapi-mod-fixed' : ''}`}
      ref={scroller}
      // Whoever has no pointer scrolls it with the arrow keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="region"
      aria-label={props.label}
      onScroll={onScroll && (event => onScroll(event.currentTarget.scrollTop))}
    >
      <table aria-label={props.label} aria-rowcount={(props.total ?? rows.length) + 1}>
        {props.isFixed && <Widths columns={props.columns} />}
        <thead>
          {table.getHeaderGroups().map(group => (
            <tr key={group.id}>
              {group.headers.map(header => (
                <Head key={header.id} header={header} />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {before > 0 && <Gap px={before} columns={props.columns.length} />}
          {items.map(item => {
            const row = rows[item.index];
            return row && <Line key={row.id} row={row} index={item.index} {...props} />;
          })}
          {after > 0 && <Gap px={after} columns={props.columns.length} />}
        </tbody>
      </table>
    </div>
  );
}

function Widths<T>(props: { columns: ColumnDef<T>[] }): ReactElement {
  return (
    <colgroup>
      {props.columns.map((column, index) => (
        <col key={column.id ?? index} style={column.size ? { width: column.size } : undefined} />
      ))}
    </colgroup>
  );
}

function Head<T>({ header }: { header: Header<T, unknown> }): ReactElement {
  const text = flexRender(header.column.columnDef.header, header.getContext());
  const sorted = header.column.getIsSorted();
  if (!header.column.getCanSort()) return <th scope="col">{text}</th>;
  const order = sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none';
  return (
    <th scope="col" aria-sort={order}>
      <button
        type="button"
        className="dbapi-Table-sort"
        onClick={header.column.getToggleSortingHandler()}
      >
        {text}
        {sorted && <Icon name="chevron" />}
      </button>
    </th>
  );
}

function Line<T>(props: TableProps<T> & { row: Row<T>; index: number }): ReactElement {
  const { row, onOpen } = props;
  const open = onOpen && (() => onOpen(row.original));
  const click = (event: MouseEvent): void => {
    if (!isControl(event.target)) open?.();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.target === event.currentTarget) open?.();
  };
  return (
    <tr
      aria-rowindex={props.index + 2}
      aria-selected={props.selected === undefined ? undefined : props.selected === row.id}
      className={open && 'dbapi-mod-open'}
      tabIndex={open && 0}
      onClick={open && click}
      onKeyDown={open && press}
    >
      {row.getVisibleCells().map(cell => (
        <td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</td>
      ))}
    </tr>
  );
}

// A link or a button in a row does its own thing, and does not open the row.
function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, select') !== null;
}

// Stands for the rows out of sight, so that the scroll bar tells the truth.
function Gap(props: { px: number; columns: number }): ReactElement {
  return (
    <tr aria-hidden="true">
      <td colSpan={props.columns} style={{ height: props.px, padding: 0 }} />
    </tr>
  );
}
