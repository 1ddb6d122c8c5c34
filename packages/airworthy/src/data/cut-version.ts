import { join } from 'node:path';
import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';
import { sqlName, sqlText } from './engine/sql-text.ts';
import { writeParquet } from './engine/write-parquet.ts';
import { addParts } from './parts/add-parts.ts';
import { createPart, type DataPart, partsOf } from './parts/data-part.ts';
import { revise } from './parts/revise-parts.ts';
import type { DatasetVersion, QualityRuleInput } from './schema.ts';
import { scanContent } from './stored/scan-content.ts';

export interface VersionCut {
  /** Of the dataset that the cut becomes a version of; kebab-case. */
  name: string;
  /** A timestamp; rows without it are left out. */
  column: string;
  /** Milliseconds since the epoch; the end is not in it. */
  from: number;
  to: number;
  madeFrom: string[];
  quality?: readonly QualityRuleInput[];
}

/**
 * A version of the rows of another that lie in a stretch of time, in their order; the other itself where all do, and
 * undefined where none does. Parts that lie in it whole are not copied.
 *
 * @throws DATA_COLUMN_KIND where the column is no timestamp of the version
 */
export async function cutVersion(
  context: Context,
  version: DatasetVersion,
  { name, column, from, to, madeFrom, quality = [] }: VersionCut,
): Promise<DatasetVersion | undefined> {
  const kind = version.schema.fields.find((field) => field.name === column)?.kind;
  if (kind !== 'timestamp') {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `"${column}" is no timestamp of dataset "${version.dataset}" version ${version.number}`,
    });
  }
  const whole = await partsOf(context, version);
  const parts: DataPart[] = [];
  for (const part of whole) parts.push(...(await cutPart(context, part, { column, from, to })));
  if (parts.length === 0) return undefined;
  if (parts.length === whole.length && parts.every((part, index) => part === whole[index])) return version;
  const source = [`${version.dataset} version ${version.number}, ${stretch(from, to)}`];
  const { schema } = version;
  return (await addParts(context, { name, parts, schema, source, madeFrom, quality })).version;
}

interface Stretch {
  column: string;
  from: number;
  to: number;
}

/** The part itself, a smaller one, or none. */
async function cutPart(context: Context, part: DataPart, { column, from, to }: Stretch): Promise<DataPart[]> {
  const { minimum, maximum, missing } = part.columns.find(({ name }) => name === column) ?? {};
  if (minimum === undefined || maximum === undefined || maximum < from || minimum >= to) return [];
  if (missing === 0 && minimum >= from && maximum < to) return [part];
  return revise(context, [part], async (engine, [path], scratch) => {
    const cut = join(scratch, 'cut.parquet');
    const time = `epoch_ms(${sqlName(column)})`;
    const bounds = [
      ...(Number.isFinite(from) ? [`${time} >= ${from}`] : []),
      ...(Number.isFinite(to) ? [`${time} < ${to}`] : []),
    ];
    const rows = `SELECT * FROM read_parquet(${sqlText(path)}) WHERE ${[`${time} IS NOT NULL`, ...bounds].join(' AND ')}`;
    await writeParquet(engine, rows, cut, part.columns.length + 2);
    const stored = `read_parquet(${sqlText(cut)})`;
    const { count } = await engine.one<{ count: number }>(`SELECT count(*) AS count FROM ${stored}`);
    if (count === 0) return [];
    const columns = part.columns.map(({ name, kind }) => ({ name, kind }));
    const scans = await scanContent(engine, stored, columns);
    return [createPart(await context.store.blobs.putFile(cut), count, columns, scans)];
  });
}

function stretch(from: number, to: number): string {
  const words = [
    ...(Number.isFinite(from) ? [`from ${new Date(from).toISOString()}`] : []),
    ...(Number.isFinite(to) ? [`before ${new Date(to).toISOString()}`] : []),
  ];
  return words.join(' ');
}
