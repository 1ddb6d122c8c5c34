import type { Column, Field, Table } from '../../models/table.ts';
import type { DriftRule } from '../../stats/drift/decide-drift.ts';
import {
  type BudgetColumn,
  type FalseAlarmBudget,
  falseAlarmBudget,
} from '../../stats/drift/false-alarms.ts';
import { type Overdispersion, overdispersion } from '../../stats/drift/overdispersion.ts';
import { type BinnedCounts, countInBins } from '../../stats/sketches/binned-counts.ts';
import { type CategoryCounts, countCategories } from '../../stats/sketches/category-counts.ts';
import { driftCounts } from '../../stats/sketches/drift-counts.ts';

/** How unlike one another the reference's days are, by column; what a later day is measured against. */
export interface ReferenceWindows {
  /** In UTC, of the first timestamp field. */
  width: 'day';
  columns: Record<string, Overdispersion>;
  score: Overdispersion;
}

/** The policy whose false alarms are counted when a bundle is packed. */
export interface DriftPolicy extends DriftRule {
  /** Windows in a row before drift is told. */
  windows: number;
}

export const DEFAULT_DRIFT_POLICY: DriftPolicy = { q: 0.001, effect: 0.1, windows: 2 };

/** A column as the reference profile carries it. */
type CarriedColumn = { name: string } & (
  | { kind: 'number' | 'timestamp'; deciles: BinnedCounts }
  | ({ kind: 'category' } & CategoryCounts)
);

const DAY = 86_400_000;
/** A day with fewer rows says next to nothing about how days differ. */
const LEAST_DAY_ROWS = 50;
const FEWEST_DAYS = 3;

/**
 * The rows of each day, days in order, by the first timestamp field; days of fewer than 50 rows are left out. None
 * without such a field, and where fewer than three days remain.
 */
export function rowsByDay(fields: readonly Field[], table: Table): number[][] {
  const time = fields.find(({ kind }) => kind === 'timestamp');
  const column = time && table.columns[time.name];
  if (column?.kind !== 'timestamp') return [];
  const days = new Map<number, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const day = Math.floor(column.values[row] / DAY);
    if (!Number.isFinite(day)) continue;
    const rows = days.get(day);
    if (rows) rows.push(row);
    else days.set(day, [row]);
  }
  const told = [...days].filter(([, rows]) => rows.length >= LEAST_DAY_ROWS);
  return told.length < FEWEST_DAYS ? [] : told.sort(([a], [b]) => a - b).map(([, rows]) => rows);
}

/** A column's drift counts, over the whole reference and over each of its days. */
export function countByDay(carried: CarriedColumn, column: Column, days: readonly number[][]): BudgetColumn {
  return {
    column: carried.name,
    reference: driftCounts(carried),
    windows: days.map((rows) => countRows(carried, column, rows)),
  };
}

function countRows(carried: CarriedColumn, column: Column, rows: readonly number[]): number[] {
  if (carried.kind === 'category' && column.kind === 'category') {
    const codes = Int32Array.from(rows, (row) => column.codes[row]);
    const counted = countCategories(carried, { codes, categories: column.categories });
    return driftCounts({ kind: 'category', ...counted });
  }
  if (carried.kind === 'category' || column.kind === 'category') {
    throw new TypeError(`column "${carried.name}" is not of the kind it was sketched as`);
  }
  const values = Float64Array.from(rows, (row) => column.values[row]);
  return driftCounts({ kind: carried.kind, deciles: countInBins(carried.deciles, values) });
}

/** Null where the reference has no days. */
export function describeWindows(
  columns: readonly BudgetColumn[],
  score: BudgetColumn,
): ReferenceWindows | null {
  if (score.windows.length === 0) return null;
  const learn = ({ reference, windows }: BudgetColumn) => overdispersion(reference, windows);
  return {
    width: 'day',
    columns: Object.fromEntries(columns.map((counted) => [counted.column, learn(counted)])),
    score: learn(score),
  };
}

/** What the policy would tell of 90 days like the reference's own; the same reference always gives the same answer. */
export function budgetOf(
  columns: readonly BudgetColumn[],
  { q, effect, windows }: DriftPolicy,
): FalseAlarmBudget {
  return falseAlarmBudget({
    columns,
    rule: { q, effect },
    windowsInARow: windows,
    days: 90,
    seed: 1,
  });
}
