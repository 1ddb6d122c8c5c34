import { z } from 'zod';
import { Run } from '../../tracking/index.ts';
import { pageOf, RunItem, RunMetric } from './schema.ts';

/** POST /runs; POST /runs/:run/end */
export const StartedRun = Run;
export type StartedRun = z.infer<typeof StartedRun>;

const Texts = z.record(z.string(), z.string());

export const ListedRun = RunItem.extend({ params: Texts, tags: Texts });
export type ListedRun = z.infer<typeof ListedRun>;

/** GET /runs?filter&order&experiment&parent&lifecycle&columns */
export const ListedRunsAnswer = pageOf(ListedRun);
export type ListedRunsAnswer = z.infer<typeof ListedRunsAnswer>;

/** GET /runs/keys?kind&prefix */
export const KeysAnswer = z.strictObject({
  items: z.array(z.strictObject({ kind: z.enum(['metric', 'param', 'tag']), key: z.string() })),
});
export type KeysAnswer = z.infer<typeof KeysAnswer>;

/** GET /experiments */
const ExperimentItem = z.strictObject({
  number: z.int(),
  name: z.string(),
  lifecycle: z.enum(['active', 'deleted']),
  createdAt: z.number(),
  /** How many runs it has that are not deleted. */
  runs: z.int(),
});
export const ExperimentsAnswer = pageOf(ExperimentItem);
export type ExperimentsAnswer = z.infer<typeof ExperimentsAnswer>;

const RunKey = RunMetric.extend({
  points: z.int(),
  /** Was it read from what the run’s command printed? */
  parsed: z.boolean(),
});
/** GET /runs/:run/metrics */
export const RunKeysAnswer = z.strictObject({ items: z.array(RunKey) });
export type RunKeysAnswer = z.infer<typeof RunKeysAnswer>;

const Bound = z.number().nullable();
/** GET /runs/:run/curve/:key?points&from&to&x */
export const CurveAnswer = z.strictObject({
  buckets: z.array(
    z.strictObject({
      /** The step or time asked for; with `step` and `time` that of the last finite point. */
      x: z.number(),
      step: z.number(),
      time: z.number(),
      points: z.int(),
      min: Bound,
      max: Bound,
      mean: Bound,
      last: Bound,
    }),
  ),
  /** False where a bucket at an end may hold points from just beyond it. */
  exact: z.boolean(),
});
export type CurveAnswer = z.infer<typeof CurveAnswer>;

function comparedOf<Value extends z.ZodType>(value: Value) {
  return z.array(
    z.strictObject({ key: z.string(), values: z.record(z.string(), value), differs: z.boolean() }),
  );
}

/** GET /runs/compare?run=…&run=…: values by run, of each key that any of them has */
export const ComparisonAnswer = z.strictObject({
  runs: z.array(Run),
  params: comparedOf(z.string()),
  metrics: comparedOf(RunMetric.omit({ key: true }).extend({ points: z.int() })),
  evaluated: comparedOf(
    z.strictObject({ value: Bound, low: Bound, high: Bound, n: z.int(), method: z.string() }),
  ),
  source: comparedOf(z.string()),
  data: comparedOf(z.string()),
  environment: comparedOf(z.string()),
});
export type ComparisonAnswer = z.infer<typeof ComparisonAnswer>;

const View = z.strictObject({ name: z.string(), query: Texts, updatedAt: z.number() });
/** GET /views?page; POST /views */
export const ViewsAnswer = z.strictObject({ items: z.array(View) });
export type ViewsAnswer = z.infer<typeof ViewsAnswer>;
