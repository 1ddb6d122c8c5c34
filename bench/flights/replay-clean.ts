import type { App } from '../../packages/airworthy/src/app.ts';
import type { ReplayReport } from '../../packages/airworthy/src/lifecycle/replay/schema.ts';
import { readReferenceProfile } from '../../packages/airworthy/src/registry/index.ts';
import { SHUFFLED_DAYS } from './prepare-files.ts';
import { ENDPOINT, LANDED } from './project.ts';

/** Replays in which nothing is wrong, and what they raised all the same. */
export interface CleanResult {
  replays: number;
  days: number;
  predictions: number;
  alerts: ReplayReport['alerts'];
  /** False drift lines that the bundle says to expect in so many days, and most that it says are possible. */
  expected: number;
  most: number;
}

/** One after the other, each file in a rehearsal of its own. */
export async function replayClean(app: App, files: readonly string[]): Promise<CleanResult> {
  const alerts: ReplayReport['alerts'] = [];
  let predictions = 0;
  for (const dataset of files) {
    const report = await app.replay({ dataset, endpoint: ENDPOINT, time: 'sent', labelDelay: LANDED });
    alerts.push(...report.alerts);
    predictions += report.predictions;
  }
  const days = files.length * SHUFFLED_DAYS;
  const budget = await readBudget(app);
  const share = days / budget.days;
  return {
    ...{ replays: files.length, days, predictions, alerts },
    expected: budget.expected * share,
    most: Math.ceil(budget.high * share),
  };
}

async function readBudget(app: App) {
  const [serving] = (await app.endpoints()).status();
  const { budget } = await readReferenceProfile(app.context, serving.deployment?.bundle ?? '');
  if (budget === null) throw new Error('the bundle states no budget');
  return budget;
}
