import type { Table } from '../models/table.ts';
import type { VersionReference } from './reference.ts';
import { compareColumns } from './reports/compare-columns.ts';
import { type ColumnDrift, MonitoringConfig } from './schema.ts';
import { countTable } from './sketch/count-table.ts';
import { emptySketch } from './sketch/window-sketch.ts';

/**
 * How far the columns of a table lie from the reference that a version carries: of rows that were not served, or of more
 * than windows keep. None where the version carries no profile; TypeError where the table lacks one of its columns.
 *
 * @example
 * const reference = await readReference(context, 'flight-delays', bundle);
 * compareTable(reference, table).filter(({ drifted }) => drifted);
 */
export function compareTable(
  { layout, profile }: Pick<VersionReference, 'layout' | 'profile'>,
  table: Table,
  rule: MonitoringConfig['drift'] = MonitoringConfig.parse({}).drift,
): ColumnDrift[] {
  if (layout.columns === null) return [];
  const sketch = { ...emptySketch(), predictions: table.rows, columns: countTable(layout.columns, table) };
  return compareColumns(sketch, layout, profile, rule);
}
