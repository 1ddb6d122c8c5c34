import { logLosses, placements } from '../../packages/airworthy/src/stats/classification-metrics.ts';
import { type Estimate, meanWithClusteredT } from '../../packages/airworthy/src/stats/intervals.ts';
import type { Flown } from './flown.ts';
import { DAY_MS } from './project.ts';

/** Who served: January's model, whatever last week's retraining gave, or Airworthy's loop. */
export type Pilot = 'frozen' | 'blind' | 'loop';
export const PILOTS: readonly Pilot[] = ['frozen', 'blind', 'loop'];
export type Scores = Record<Pilot, Float64Array>;

export type StoryMetric = 'roc-auc' | 'log-loss';
export const STORY_METRICS: readonly StoryMetric[] = ['roc-auc', 'log-loss'];

/** One period: every pilot on the same flights, and how much better the loop was than the others. */
export interface Period {
  from: number;
  to: number;
  rows: number;
  /** Share of late flights. */
  late: number;
  metrics: Record<StoryMetric, Record<Pilot, Estimate>>;
  /** Positive where the loop is better, whichever way the metric runs. */
  gain: Record<StoryMetric, Record<'frozen' | 'blind', Estimate>>;
}

/**
 * Compares the pilots on the flights of a period. Flights of one day share its weather, so that intervals treat days,
 * not flights, as what is independent: the clustered t of the mean loss, and of DeLong's placements for ROC-AUC
 * (Obuchowski 1997).
 */
export function comparePeriod(flown: Flown, scores: Scores, from: number, to: number): Period {
  const rows: number[] = [];
  for (let row = 0; row < flown.left.length; row++) {
    const asked = flown.left[row] >= from && flown.left[row] < to;
    if (asked && PILOTS.every((pilot) => !Number.isNaN(scores[pilot][row]))) rows.push(row);
  }
  const y = Uint8Array.from(rows, (row) => flown.late[row]);
  const days = Int32Array.from(rows, (row) => Math.floor(flown.left[row] / DAY_MS));
  const contributions = (metric: StoryMetric, pilot: Pilot): Float64Array => {
    const given = Float64Array.from(rows, (row) => scores[pilot][row]);
    return metric === 'log-loss' ? logLosses(y, given) : aucContributions(y, given);
  };
  const period = { from, to, rows: rows.length, late: y.reduce((sum, value) => sum + value, 0) / y.length };
  const metrics = {} as Period['metrics'];
  const gain = {} as Period['gain'];
  for (const metric of STORY_METRICS) {
    const [frozen, blind, loop] = PILOTS.map((pilot) => contributions(metric, pilot));
    const sign = metric === 'log-loss' ? -1 : 1;
    const against = (other: Float64Array) =>
      meanWithClusteredT(
        loop.map((value, row) => sign * (value - other[row])),
        days,
      );
    metrics[metric] = {
      frozen: meanWithClusteredT(frozen, days),
      blind: meanWithClusteredT(blind, days),
      loop: meanWithClusteredT(loop, days),
    };
    gain[metric] = { frozen: against(frozen), blind: against(blind) };
  }
  return { ...period, metrics, gain };
}

/** What each flight adds to ROC-AUC: their mean is the AUC, and their spread that of its estimate. */
function aucContributions(y: Uint8Array, score: Float64Array): Float64Array {
  const { auc, values, positives, negatives } = placements(y, score);
  return values.map((placement, row) => {
    const share = (y[row] === 1 ? positives : negatives) / y.length;
    return auc + (placement - auc) / share;
  });
}
