/** A column of what is known of cases before they are answered. NaN, and -1, are missing values. */
export type FeatureColumn =
  | { name: string; kind: 'number'; values: number[] }
  | { name: string; kind: 'category'; codes: number[]; names: (string | boolean)[] };

export interface FeatureTable {
  /** Puts the features of a case at a row: a new one, or in the place of another. */
  set(row: number, metadata: Readonly<Record<string, unknown>>): void;
  columns(): FeatureColumn[];
}

const MOST_COLUMNS = 40;
/** A text column with more values than this names single cases, not groups of them. */
const MOST_VALUES = 200;
const LONGEST_VALUE = 100;

/** Columns from the metadata of cases, of plain values and of those one level down (`customer.tier`). */
export function featureTable(): FeatureTable {
  const columns = new Map<string, FeatureColumn | 'dropped'>();
  const places = new Map<string, Map<string | boolean, number>>();
  const put = (row: number, name: string, value: string | number | boolean): void => {
    let column = columns.get(name);
    if (column === undefined) {
      if (columns.size >= MOST_COLUMNS) return;
      column =
        typeof value === 'number'
          ? { name, kind: 'number', values: [] }
          : { name, kind: 'category', codes: [], names: [] };
      columns.set(name, column);
      places.set(name, new Map());
    }
    if (column === 'dropped') return;
    if (column.kind === 'number') {
      if (typeof value === 'number') column.values[row] = value;
      return;
    }
    if (typeof value === 'number') return;
    const known = places.get(name) ?? new Map<string | boolean, number>();
    const code = known.get(value) ?? column.names.length;
    if (code >= MOST_VALUES) {
      columns.set(name, 'dropped');
      return;
    }
    if (!known.has(value)) {
      known.set(value, code);
      column.names.push(value);
    }
    column.codes[row] = code;
  };
  return {
    set(row, metadata) {
      for (const column of columns.values()) {
        if (column === 'dropped') continue;
        if (column.kind === 'number') column.values[row] = Number.NaN;
        else column.codes[row] = -1;
      }
      for (const [name, value] of plainValues(metadata)) put(row, name, value);
    },
    columns: () => [...columns.values()].filter((column) => column !== 'dropped'),
  };
}

function* plainValues(
  metadata: Readonly<Record<string, unknown>>,
): Generator<[string, string | number | boolean]> {
  for (const [name, value] of Object.entries(metadata)) {
    if (isPlain(value)) yield [name, shortened(value)];
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [part, inner] of Object.entries(value))
        if (isPlain(inner)) yield [`${name}.${part}`, shortened(inner)];
    }
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

function shortened(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value;
}
