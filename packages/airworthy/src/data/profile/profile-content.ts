import type { Field } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';
import { namesClasses } from '../names-classes.ts';
import type { DatasetSchema, Profile } from '../schema.ts';
import type { ColumnScan } from '../stored/scan-content.ts';
import { describeColumn } from './describe-column.ts';
import { countValues, type TargetView } from './value-counts.ts';

/** Classes beyond this many are hardly classes, and one-against-the-rest would cost a pass each. */
const MOST_CLASSES = 100;

/** The profile of a canonical relation, column by column, in SQL that spills to disk. */
export async function profileContent(
  engine: Engine,
  numbered: string,
  rows: number,
  schema: DatasetSchema,
  scans: readonly ColumnScan[],
): Promise<Profile> {
  const distinct = await countDistinct(engine, numbered, schema.fields);
  const scanOf = new Map(scans.map((scan) => [scan.name, scan]));
  const target = await viewTarget(engine, numbered, schema, scanOf);
  const columns = [];
  for (const [index, field] of schema.fields.entries()) {
    const scan = scanOf.get(field.name);
    if (!scan) throw new Error(`no scan of column ${field.name}`);
    const view: TargetView = field.name === schema.target?.name ? { kind: 'none' } : target;
    const counts = await countValues(engine, numbered, rows, field, distinct[index], view);
    columns.push(describeColumn(field, scan, distinct[index], counts, view));
  }
  return { rows, columns };
}

async function countDistinct(engine: Engine, numbered: string, fields: readonly Field[]): Promise<number[]> {
  const terms = fields.map((field, index) => `approx_count_distinct(${sqlName(field.name)}) AS n${index}`);
  const row = await engine.one<Record<string, number>>(`SELECT ${terms.join(', ')} FROM ${numbered}`);
  return fields.map((_, index) => row[`n${index}`]);
}

async function viewTarget(
  engine: Engine,
  numbered: string,
  { target }: DatasetSchema,
  scans: ReadonlyMap<string, ColumnScan>,
): Promise<TargetView> {
  if (!target || target.kind === 'timestamp') return { kind: 'none' };
  const column = sqlName(target.name);
  const { classes } = await engine.columns<{ classes: (string | number | boolean)[] }>(
    `SELECT DISTINCT ${column} AS classes FROM ${numbered} WHERE ${column} IS NOT NULL ORDER BY classes LIMIT ${MOST_CLASSES + 1}`,
  );
  const judged = classes.length >= 2 && classes.length <= MOST_CLASSES;
  if (judged && namesClasses(target.kind, classes.length))
    return { kind: 'classes', column: target.name, classes };
  const mean = scans.get(target.name)?.mean;
  if (target.kind === 'category' || mean === undefined || Number.isNaN(mean)) return { kind: 'none' };
  return { kind: 'number', column: target.name, mean };
}
