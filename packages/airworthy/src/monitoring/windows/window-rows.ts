import type { Kysely } from 'kysely';
import type { OutcomeSketch } from '../../stats/realised/outcomes-sketch.ts';
import type { Context } from '../../store/ports.ts';
import type { MonitoringWindowTable, Schema } from '../../store/sql/schema.ts';
import { emptySketch, mergeSketches, type WindowSketch } from '../sketch/window-sketch.ts';

/** Whose windows: those of different versions or arms are never mixed. */
export interface Stream {
  endpoint: string;
  model: string;
  version: number;
  arm: string;
}

/** Where sketches are kept: an hour, or a day of which the hours were added up. */
export interface WindowKey extends Stream {
  width: 'hour' | 'day';
  /** Milliseconds since the epoch. */
  start: number;
}

type Row = MonitoringWindowTable;

export function streamKey({ endpoint, model, version, arm }: Stream): string {
  return JSON.stringify([endpoint, model, version, arm]);
}

export function isSameStream(a: Stream, b: Stream): boolean {
  return a.version === b.version && a.endpoint === b.endpoint && a.model === b.model && a.arm === b.arm;
}

/** The rows of one stream, or of one endpoint's, or all. */
export function selectWindows(context: Context, sql: Kysely<Schema>, of: Partial<Stream>) {
  let query = sql.selectFrom('monitoring_window').where('project', '=', context.project);
  for (const column of ['endpoint', 'model', 'version', 'arm'] as const) {
    const value = of[column];
    if (value !== undefined) query = query.where(column, '=', value);
  }
  return query;
}

/** Adds to the sketch of a window: reads what is on disk in the same transaction, so that nothing is counted twice or lost. */
export function addToSketch(
  context: Context,
  sql: Kysely<Schema>,
  key: WindowKey,
  added: WindowSketch,
): Promise<void> {
  return changeSketch(context, sql, key, (sketch) => mergeSketches(sketch, added));
}

/** Replaces the sketch of a window. */
export async function changeSketch(
  context: Context,
  sql: Kysely<Schema>,
  key: WindowKey,
  change: (sketch: WindowSketch) => WindowSketch,
): Promise<void> {
  const row = await readRow(context, sql, key);
  const sketch = change(sketchOf(row));
  const { predictions } = sketch;
  await saveRow(context, sql, key, row, { predictions, sketch_json: JSON.stringify(sketch) });
}

/** Replaces what is known of the labels of a window. */
export async function changeOutcomes(
  context: Context,
  sql: Kysely<Schema>,
  key: WindowKey,
  change: (sketch: OutcomeSketch | null) => OutcomeSketch,
): Promise<void> {
  const row = await readRow(context, sql, key);
  const sketch = change(outcomesOf(row));
  await saveRow(context, sql, key, row, { labels: sketch.rows, realised_json: JSON.stringify(sketch) });
}

export function sketchOf(row: Pick<Row, 'sketch_json'> | undefined): WindowSketch {
  return row?.sketch_json == null ? emptySketch() : JSON.parse(row.sketch_json);
}

export function outcomesOf(row: Pick<Row, 'realised_json'> | undefined): OutcomeSketch | null {
  return row?.realised_json == null ? null : JSON.parse(row.realised_json);
}

async function readRow(context: Context, sql: Kysely<Schema>, key: WindowKey): Promise<Row | undefined> {
  return selectWindows(context, sql, key)
    .selectAll()
    .where('width', '=', key.width)
    .where('start', '=', key.start)
    .executeTakeFirst();
}

type Change = Partial<Pick<Row, 'predictions' | 'labels' | 'sketch_json' | 'realised_json'>>;

async function saveRow(
  context: Context,
  sql: Kysely<Schema>,
  key: WindowKey,
  before: Row | undefined,
  change: Change,
): Promise<void> {
  const { endpoint, model, version, arm, width, start } = key;
  const updated_at = context.clock.now();
  if (before === undefined) {
    const empty = { predictions: 0, labels: 0, sketch_json: null, realised_json: null };
    const row = {
      project: context.project,
      endpoint,
      model,
      version,
      arm,
      width,
      start,
      ...empty,
      ...change,
      updated_at,
    };
    await sql.insertInto('monitoring_window').values(row).execute();
    return;
  }
  await sql
    .updateTable('monitoring_window')
    .set({ ...change, updated_at })
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('model', '=', model)
    .where('version', '=', version)
    .where('arm', '=', arm)
    .where('width', '=', width)
    .where('start', '=', start)
    .execute();
}
