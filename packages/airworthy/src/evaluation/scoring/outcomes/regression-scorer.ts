import { z } from 'zod';
import { isRecord } from '../../../kernel/is-record.ts';
import { metricsFor } from '../../../stats/metric-catalogue.ts';
import { higherIsBetter, METRIC_NAMES, type MetricName } from '../../../stats/metric-names.ts';
import {
  absoluteErrors,
  pinballLosses,
  relativeErrors,
  squaredErrors,
  symmetricRelativeErrors,
} from '../../../stats/regression-metrics.ts';
import { answerOf, COMPARED, expectedOf } from '../answer.ts';
import type { Score } from '../scorer.ts';
import { type PartSpec, scorerType } from '../scorer-type.ts';
import { failed, scored, unscorable } from '../scores.ts';

type Losses = (y: Float64Array, value: Float64Array) => Float64Array;

/** Metrics that are a mean over cases. */
const MEANS: Partial<Record<MetricName, Losses>> = {
  mae: absoluteErrors,
  mse: squaredErrors,
  mape: relativeErrors,
  smape: symmetricRelativeErrors,
};

const Metric = z
  .enum(METRIC_NAMES)
  .refine((metric) => metricsFor('regression').includes(metric), 'no metric of numbers');

/** Metrics of predicted numbers over all cases, as in stats/. An answer that is no number is an error. */
export const regression = scorerType({
  type: 'regression',
  version: 1,
  options: z.strictObject({
    ...COMPARED,
    metrics: z.array(Metric).min(1).default(['mae', 'rmse', 'r2']).describe('Which metrics.'),
    pinball: z
      .array(z.number().gt(0).lt(1))
      .default([])
      .describe('Quantiles whose pinball loss is measured as well.'),
    unit: z.string().optional().describe('The unit of the numbers.'),
  }),
  create(options) {
    const losses = new Map<string, Losses>();
    for (const metric of options.metrics) {
      const mean = MEANS[metric];
      if (mean) losses.set(metric, mean);
    }
    for (const quantile of options.pinball) {
      losses.set(`pinball-${quantile}`, (y, value) => pinballLosses(y, value, quantile));
    }
    const names = [...options.metrics, ...options.pinball.map((quantile) => `pinball-${quantile}`)];
    const [first, ...others] = names.map((name): PartSpec => {
      const metric = name as MetricName;
      return {
        part: name,
        aggregate: losses.has(name) ? { kind: 'mean' } : { kind: 'outcomes', metric },
        better: !losses.has(name) && higherIsBetter(metric) ? 'higher' : 'lower',
        binary: false,
        ...(options.unit !== undefined && !['r2', 'mape', 'smape', 'mse'].includes(name)
          ? { unit: options.unit }
          : {}),
      };
    });
    const all = (score: Score) => Object.fromEntries(names.map((name) => [name, score]));
    return {
      parts: [first, ...others],
      score(each, output) {
        const truth = numberIn(expectedOf(each, options));
        if (truth === undefined) return all(unscorable('the case expects no number'));
        const value = numberIn(answerOf(output, options));
        if (value === undefined) return all(failed('the answer is no number', 'no-number'));
        return Object.fromEntries(names.map((name) => [name, scoreOf(losses.get(name), truth, value)]));
      },
    };
  },
});

function scoreOf(losses: Losses | undefined, truth: number, value: number): Score {
  if (losses) return scored(losses(Float64Array.of(truth), Float64Array.of(value))[0]);
  return { status: 'scored', sums: [truth, value] };
}

/** A number, one in a text, or what a prediction calls its value. */
function numberIn(given: unknown): number | undefined {
  const value = isRecord(given) ? (given.value ?? given.prediction) : given;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
