import type { Kysely } from 'kysely';
import { mergeOutcomeSketches, type OutcomeSketch } from '../../stats/realised/outcomes-sketch.ts';
import type { Context } from '../../store/ports.ts';
import type { MonitoringWindowTable, Schema } from '../../store/sql/schema.ts';
import { emptySketch, mergeSketches, type WindowSketch } from '../sketch/window-sketch.ts';
import type { Span } from './calendar.ts';
import { outcomesOf, type Stream, selectWindows, sketchOf } from './window-rows.ts';

/** What was served and what is known of it, over any number of windows. */
export interface WindowSum {
  sketch: WindowSketch;
  outcomes: OutcomeSketch | null;
}

/** The windows of a version that begin in a stretch of time, added up. */
export async function sumWindows(
  context: Context,
  sql: Kysely<Schema>,
  stream: Stream,
  { start, end }: Span,
): Promise<WindowSum> {
  const rows = await selectWindows(context, sql, stream)
    .select(['sketch_json', 'realised_json'])
    .where('start', '>=', start)
    .where('start', '<', end)
    .execute();
  return sumRows(rows);
}

export function sumRows(
  rows: readonly Pick<MonitoringWindowTable, 'sketch_json' | 'realised_json'>[],
): WindowSum {
  let sketch = emptySketch();
  let outcomes: OutcomeSketch | null = null;
  for (const row of rows) {
    if (row.sketch_json !== null) sketch = mergeSketches(sketch, sketchOf(row));
    outcomes = mergeOutcomes(outcomes, outcomesOf(row));
  }
  return { sketch, outcomes };
}

export function mergeOutcomes(a: OutcomeSketch | null, b: OutcomeSketch | null): OutcomeSketch | null {
  if (a === null) return b;
  return b === null ? a : mergeOutcomeSketches(a, b);
}
