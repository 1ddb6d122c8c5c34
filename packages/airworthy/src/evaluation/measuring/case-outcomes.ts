import { metricsFor } from '../../stats/metric-catalogue.ts';
import {
  binaryOutcomes,
  multiclassOutcomes,
  type Outcomes,
  regressionOutcomes,
} from '../../stats/outcomes.ts';
import type { Aggregate } from '../scoring/scorer.ts';
import type { ScoredCases } from './scored-cases.ts';

type OutcomesAggregate = Extract<Aggregate, { kind: 'outcomes' }>;

/**
 * What happened and what was predicted, from the `sums` of each case: truth and score (binary: the probability of the positive
 * class, 1), truth and value (regression), the truth's class and one probability a class, or the truth's and the predicted class.
 */
export function outcomesOfCases({ metric, classes }: OutcomesAggregate, cases: ScoredCases): Outcomes {
  const { width, positions } = cases;
  const sums = cases.sums ?? new Float64Array(0);
  const column = (part: number) => Float64Array.from(positions, (_, place) => sums[place * width + part]);
  const truth = column(0);
  if (metricsFor('regression').includes(metric)) return regressionOutcomes(truth, column(1));
  const count = classes?.length ?? 2;
  if (count === 2 && width === 2) return binaryOutcomes(Uint8Array.from(truth), column(1));
  const scores = new Float64Array(positions.length * count);
  for (let place = 0; place < positions.length; place++) {
    if (width === 2) scores[place * count + sums[place * width + 1]] = 1;
    else scores.set(sums.subarray(place * width + 1, (place + 1) * width), place * count);
  }
  return multiclassOutcomes(Int32Array.from(truth), scores, count);
}
