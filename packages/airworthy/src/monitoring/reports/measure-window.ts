import { estimateErrors } from '../../stats/label-free/error-sums.ts';
import { estimatePerformance } from '../../stats/label-free/estimate-performance.ts';
import { measureOutcomes } from '../../stats/realised/measure-outcomes.ts';
import type { OutcomeSketch } from '../../stats/realised/outcomes-sketch.ts';
import type { VersionReference } from '../reference.ts';
import type { MonitoringConfig, WindowMetric, WindowReport } from '../schema.ts';
import { latencyQuantiles } from '../sketch/latency.ts';
import type { WindowSketch } from '../sketch/window-sketch.ts';
import { compareColumns, compareScores } from './compare-columns.ts';

/** From so many predictions on anything is tested. */
export const ENOUGH = 200;
/** Of all intervals. */
const CONFIDENCE = 0.95;

/** What a window, or any sum of windows, shows. */
export type Measured = Omit<
  WindowReport,
  'endpoint' | 'model' | 'version' | 'arm' | 'bundle' | 'kind' | 'width' | 'start' | 'end' | 'maturity'
>;

/** Everything a report says, from sketches alone: its cost does not grow with traffic. */
export function measureWindow(
  sketch: WindowSketch,
  outcomes: OutcomeSketch | null,
  reference: VersionReference,
  rule: MonitoringConfig['drift'],
): Measured {
  const { layout, profile } = reference;
  const enough = sketch.predictions >= ENOUGH;
  const realised = measureRealised(outcomes, reference);
  return {
    predictions: sketch.predictions,
    failures: sketch.failures,
    shed: sketch.shed,
    latency: latencyQuantiles(sketch.latency),
    enough,
    columns: enough ? compareColumns(sketch, layout, profile, rule) : [],
    score: enough ? compareScores(sketch, layout, profile, rule) : null,
    estimated: enough ? measureEstimated(sketch, reference) : [],
    labels: outcomes?.rows ?? 0,
    realised,
    calibration: realised.find(({ metric }) => metric === 'ece') ?? null,
  };
}

/** What labels show; nothing where there are none. */
export function measureRealised(
  outcomes: OutcomeSketch | null,
  { task }: Pick<VersionReference, 'task'>,
): WindowMetric[] {
  return outcomes === null || outcomes.rows === 0 || task === null
    ? []
    : measureOutcomes(outcomes, task, CONFIDENCE);
}

/** What labels are to be expected to show, by the scores or by the error model. */
export function measureEstimated(
  { scores, errors }: Pick<WindowSketch, 'scores' | 'errors'>,
  { task, profile }: Pick<VersionReference, 'task' | 'profile'>,
): WindowMetric[] {
  if (task === null || profile === null) return [];
  if (task.kind !== 'regression') {
    return scores === null
      ? []
      : estimatePerformance(scores, task, profile.calibration, profile.metrics, CONFIDENCE);
  }
  const calibration = profile.errorModel?.calibration;
  return errors === null || !calibration ? [] : estimateErrors(errors, calibration, CONFIDENCE);
}
