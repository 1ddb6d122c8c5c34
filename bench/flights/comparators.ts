import type { App } from '../../packages/airworthy/src/app.ts';
import type { Split } from '../../packages/airworthy/src/data/index.ts';
import { contentKey } from '../../packages/airworthy/src/kernel/ids.ts';
import { compileModel } from '../../packages/airworthy/src/models/compile-model.ts';
import type { Model } from '../../packages/airworthy/src/models/model.ts';
import type { Task } from '../../packages/airworthy/src/models/table.ts';
import { endRun, startRun } from '../../packages/airworthy/src/tracking/index.ts';
import { trainModel } from '../../packages/airworthy/src/training/index.ts';
import { type Flown, takeTableRows } from './flown.ts';
import { FEBRUARY, JULY, WEEK_MS } from './project.ts';

const WEEKS_LEARNT = 4;

/** What one model says of all flights of a period; NaN elsewhere. */
export function scorePeriod(model: Model, flown: Flown, from: number, to: number): Float64Array {
  const scores = new Float64Array(flown.left.length).fill(Number.NaN);
  const rows = rowsWhere(flown, (row) => flown.left[row] >= from && flown.left[row] < to);
  const given = compileModel(model).scoreTable(takeTableRows(flown.table, rows));
  for (const [index, row] of rows.entries()) scores[row] = given[index];
  return scores;
}

/**
 * Retrains each week on the flights of the last four weeks that have landed, with the project's own search, and serves
 * whatever comes out. The first week is served by January's model, as everywhere.
 */
export async function retrainBlindly(app: App, flown: Flown, first: Model): Promise<Float64Array> {
  const scores = scorePeriod(first, flown, FEBRUARY, FEBRUARY + WEEK_MS);
  for (let week = FEBRUARY + WEEK_MS; week < JULY; week += WEEK_MS) {
    const model = await trainOn(app, flown, first.task, week);
    const weekly = scorePeriod(model, flown, week, Math.min(week + WEEK_MS, JULY));
    for (let row = 0; row < scores.length; row++) if (!Number.isNaN(weekly[row])) scores[row] = weekly[row];
  }
  return scores;
}

async function trainOn({ context, project }: App, flown: Flown, task: Task, now: number): Promise<Model> {
  const { version, left, landed } = flown;
  const roles = new Uint8Array(left.length).fill(255);
  const rows = rowsWhere(flown, (row) => left[row] >= now - WEEKS_LEARNT * WEEK_MS && landed[row] <= now);
  for (const row of rows) roles[row] = 0;
  const split: Split = {
    digest: contentKey({ version: version.digest, now }),
    version: version.digest,
    spec: { by: 'random', test: 0.2, seed: 1 },
    roles: { train: rows.length, test: 0 },
    excluded: left.length - rows.length,
    blob: await context.store.blobs.put(roles),
  };
  const run = await startRun(context, {
    ...{ experiment: 'blind', name: `blind ${new Date(now).toISOString().slice(0, 10)}` },
    ...{ params: {}, tags: {}, inputs: [] },
  });
  const { model } = await trainModel(context, {
    ...{ version, split, task, config: project.config.training },
    runId: run.id,
  });
  await endRun(context, run.id, 'finished');
  return model;
}

function rowsWhere({ left }: Flown, keep: (row: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < left.length; row++) if (keep(row)) rows.push(row);
  return Int32Array.from(rows);
}
