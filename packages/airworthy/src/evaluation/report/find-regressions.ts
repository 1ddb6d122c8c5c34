import type { Context } from '../../store/ports.ts';
import { readCasesAt } from '../cases/store-cases.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import type { SuiteReport } from './schema.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

export const MOST_REGRESSIONS = 200;
const PASSES = 0.5;

export interface ComparedSamples {
  candidate: readonly MetricSample[];
  baseline: readonly MetricSample[];
  pairs: Int32Array;
}

/** Cases that most trials fail now and passed in the baseline, metric by metric, in the order of the cases. */
export async function findRegressions(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
  { candidate, baseline, pairs }: ComparedSamples,
  most: number,
): Promise<SuiteReport['regressions']> {
  const found: { position: number; metric: string; baseline: number; candidate: number }[] = [];
  for (const sample of candidate) {
    const other = baseline.find(({ metric }) => metric.name === sample.metric.name);
    if (other === undefined || !sample.metric.binary) continue;
    for (let position = 0; position < sample.n && found.length < most; position++) {
      if (pairs[position] === -1) continue;
      const [now, before] = [sample.values[position], other.values[pairs[position]]];
      if (passes(before, sample) && fails(now, sample)) {
        found.push({ position, metric: sample.metric.name, baseline: before, candidate: now });
      }
    }
  }
  const cases = await readCasesAt(context, evaluation.id, [
    ...new Set(found.map(({ position }) => position)),
  ]);
  return found.map(({ position, ...regression }) => ({
    task,
    case: cases.get(position)?.id ?? '',
    ...regression,
  }));
}

function passes(value: number, { metric }: MetricSample): boolean {
  return metric.better === 'higher' ? value >= PASSES : value < PASSES;
}

function fails(value: number, sample: MetricSample): boolean {
  return !Number.isNaN(value) && !passes(value, sample);
}
