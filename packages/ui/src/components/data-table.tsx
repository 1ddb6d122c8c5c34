import {
  type ColumnDef,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { MoreButton } from './more-button.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { BodyCell, type ShownColumn, Spacer } from './table-parts.tsx';

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, basic: sortFn_basic },
});

export interface Column<Row> extends ShownColumn<Row> {
  id: string;
  /** What it is sorted by; without it the column is not sortable. */
  value?: (row: Row) => string | number | null;
}

interface Props<Row> {
  /** What the table holds, for those who cannot see its heading. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  sort?: SortingState;
  /** Keyset-paged lists: fetches the next page; absent where there is none. */
  more?: (() => void) | undefined;
}

/** From so many rows on, only those on screen are drawn. */
const VIRTUAL_FROM = 120;
const ROW_HEIGHT = 36;
const NO_SORT: SortingState = [];

/** A sortable table, virtual where it is long. */
export function DataTable<Row extends RowData>(props: Props<Row>) {
  const { label, rows, columns, rowKey, sort = NO_SORT, more } = props;
  const definitions = useMemo(() => columns.map((column) => toDefinition(column)), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: (row) => rowKey(row),
    initialState: { sorting: sort },
  });
  const sorted = table.getRowModel().rows;
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = sorted.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: sorted.length,
    enabled: isVirtual,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  const shown = isVirtual ? items.map((item) => sorted[item.index]) : sorted;
  const before = isVirtual ? (items[0]?.start ?? 0) : 0;
  const after = isVirtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;

  return (
    <>
      <ScrollBox label={`${label}, table`} className="table-scroll" box={scroller} isVirtual={isVirtual}>
        <table aria-label={label} aria-rowcount={sorted.length + 1}>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header, index) => (
                  <HeaderCell
                    key={header.id}
                    text={columns[index].header}
                    number={columns[index].number === true}
                    sorted={header.column.getIsSorted()}
                    toggle={header.column.getCanSort() ? header.column.getToggleSortingHandler() : undefined}
                  />
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            <Spacer height={before} columns={columns.length} />
            {shown.map((row) => (
              <tr key={row.id}>
                {columns.map((column) => (
                  <BodyCell key={column.id} column={column} row={row.original} />
                ))}
              </tr>
            ))}
            <Spacer height={after} columns={columns.length} />
          </tbody>
        </table>
      </ScrollBox>
      <MoreButton more={more} />
    </>
  );
}

function toDefinition<Row extends RowData>(column: Column<Row>): ColumnDef<typeof features, Row> {
  const { id, header, value } = column;
  if (value === undefined) return { id, header, enableSorting: false };
  return {
    id,
    header,
    accessorFn: (row: Row) => value(row) ?? undefined,
    sortFn: column.number ? 'basic' : 'alphanumeric',
    sortUndefined: 'last',
    sortDescFirst: column.number === true,
  };
}

interface HeaderProps {
  text: string;
  number: boolean;
  sorted: false | 'asc' | 'desc';
  toggle: ((event: unknown) => void) | undefined;
}

const ARIA_SORT = { asc: 'ascending', desc: 'descending' } as const;

function HeaderCell({ text, number, sorted, toggle }: HeaderProps) {
  const order = sorted === false ? {} : { 'aria-sort': ARIA_SORT[sorted] };
  return (
    <th scope="col" className={number ? 'number' : undefined} {...order}>
      {toggle === undefined ? (
        text
      ) : (
        <button type="button" className="sort-button" onClick={toggle}>
          {text}
          <span aria-hidden="true">{sorted === false ? ' ' : sorted === 'asc' ? '↑' : '↓'}</span>
        </button>
      )}
    </th>
  );
}
