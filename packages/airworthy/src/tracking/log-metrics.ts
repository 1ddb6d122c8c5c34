import type { Kysely } from 'kysely';
import { z } from 'zod';
import { checkInput } from '../kernel/check-input.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { compareValues, readValue, storeValue } from './metric-value.ts';
import { requireRun } from './run-rows.ts';
import { type LatestMetric, MetricInput, type MetricPoint } from './schema.ts';

/** Points per statement: 8 variables each, well under SQLite's and PostgreSQL's limits. */
const CHUNK = 500;

/**
 * Appends metric points, all or none, and keeps each metric's latest point, minimum and maximum. NaN and
 * infinities are kept as such. A point that is there already is not stored again, so a resumed run may log
 * what it logged before: same key, step and value, and same time where one is given.
 *
 * @example
 * await logMetrics(context, run.id, [{ key: 'log-loss', value: 0.43, step: 10 }]);
 */
export async function logMetrics(
  context: Context,
  runId: string,
  points: readonly MetricInput[],
): Promise<void> {
  const checked = checkInput('logMetrics', z.array(MetricInput), points);
  if (checked.length === 0) return;
  await context.store.database.write(async (sql) => {
    await requireRun(sql, context.project, runId);
    const run = { sql, project: context.project, id: runId };
    for (let start = 0; start < checked.length; start += CHUNK) {
      await appendPoints(run, checked.slice(start, start + CHUNK), context.clock.now());
    }
  });
}

interface OpenRun {
  sql: Kysely<Schema>;
  project: string;
  id: string;
}

type CheckedPoint = z.output<typeof MetricInput>;
type KeyedPoint = MetricPoint & { key: string };

async function appendPoints(run: OpenRun, points: readonly CheckedPoint[], now: number): Promise<void> {
  const timed = points.filter((point) => point.time !== undefined);
  const untimed = points.filter((point) => point.time === undefined);
  const fresh = [...(await withoutKnown(run, timed)), ...(await withoutKnown(run, untimed))].map((point) => ({
    ...point,
    time: point.time ?? now,
  }));
  if (fresh.length === 0) return;
  await run.sql
    .insertInto('metric_point')
    .values(
      fresh.map(({ key, step, time, value }) => ({
        project: run.project,
        run: run.id,
        key,
        step,
        time,
        ...storeValue(value),
      })),
    )
    .execute();
  for (const [key, ofKey] of Map.groupBy(fresh, (point) => point.key)) await updateLatest(run, key, ofKey);
}

/** The points not stored yet, each once. Points are all timed or all untimed. */
async function withoutKnown(run: OpenRun, points: readonly CheckedPoint[]): Promise<CheckedPoint[]> {
  if (points.length === 0) return [];
  const distinct = <Value>(pick: (point: CheckedPoint) => Value) => [...new Set(points.map(pick))];
  const timed = points[0].time !== undefined;
  let query = run.sql
    .selectFrom('metric_point')
    .select(['key', 'step', 'time', 'value', 'special'])
    .where('project', '=', run.project)
    .where('run', '=', run.id)
    .where(
      'key',
      'in',
      distinct((point) => point.key),
    )
    .where(
      'step',
      'in',
      distinct((point) => point.step),
    );
  if (timed)
    query = query.where(
      'time',
      'in',
      distinct((point) => point.time ?? 0),
    );
  const identify = (point: { key: string; step: number; time?: number | undefined; value: number }) =>
    `${point.key}\n${point.step}\n${timed ? point.time : ''}\n${point.value}`;
  const seen = new Set((await query.execute()).map((row) => identify({ ...row, value: readValue(row) })));
  return points.filter((point) => {
    const identity = identify(point);
    return !seen.has(identity) && seen.add(identity);
  });
}

async function updateLatest(run: OpenRun, key: string, points: readonly KeyedPoint[]): Promise<void> {
  const row = await run.sql
    .selectFrom('metric_latest')
    .selectAll()
    .where('project', '=', run.project)
    .where('run', '=', run.id)
    .where('key', '=', key)
    .executeTakeFirst();
  const before = row && { ...row, value: readValue(row) };
  const { step, time, value, min, max } = foldPoints(before, points);
  const columns = { step, time, ...storeValue(value), min, max };
  await run.sql
    .insertInto('metric_latest')
    .values({ project: run.project, run: run.id, key, ...columns })
    .onConflict((conflict) => conflict.columns(['project', 'run', 'key']).doUpdateSet(columns))
    .execute();
}

function foldPoints(
  before: Omit<LatestMetric, 'key'> | undefined,
  points: readonly MetricPoint[],
): Omit<LatestMetric, 'key'> {
  let latest: MetricPoint = before ?? points[0];
  let [min, max] = [before?.min ?? null, before?.max ?? null];
  for (const point of points) {
    if (comparePoints(point, latest) > 0) latest = point;
    if (!Number.isFinite(point.value)) continue;
    min = Math.min(min ?? point.value, point.value);
    max = Math.max(max ?? point.value, point.value);
  }
  return { step: latest.step, time: latest.time, value: latest.value, min, max };
}

function comparePoints(a: MetricPoint, b: MetricPoint): number {
  return a.step - b.step || a.time - b.time || compareValues(a.value, b.value);
}
