import type { App } from '../../packages/airworthy/src/app.ts';
import type { ReplayReport } from '../../packages/airworthy/src/lifecycle/replay/schema.ts';
import type { Flown } from './flown.ts';
import { ENDPOINT, FEBRUARY, FLIGHTS, JULY, LANDED } from './project.ts';

/** What was served from February to June, flight by flight, and what became of the model. */
export interface Loop {
  report: ReplayReport;
  /** By row of `Flown`; NaN where it was not asked or refused. */
  scores: Float64Array;
}

/** Replays five months; the loop decides each week. */
export async function flyWithLoop(app: App, flown: Flown): Promise<Loop> {
  const scores = new Float64Array(flown.left.length).fill(Number.NaN);
  const report = await app.replay(
    {
      ...{ dataset: FLIGHTS, endpoint: ENDPOINT, time: 'date', labelDelay: LANDED },
      ...{ from: FEBRUARY, to: JULY, decideEveryDays: 7 },
    },
    {
      onPrediction({ number }, prediction) {
        if ('probability' in prediction) scores[number] = prediction.probability;
      },
    },
  );
  return { report, scores };
}
