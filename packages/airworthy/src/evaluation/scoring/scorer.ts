import type { MetricName } from '../../stats/metric-names.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { ModelCaller, TaskOutput, Usage } from '../tasks/task.ts';

/**
 * What one scorer says of one answer. `skipped`: not for this case (an assertion that the case does not make);
 * `unscorable`: the case gives the metric no meaning (nothing to recall); `error`: the scorer failed. None of the three is a zero,
 * none is dropped: reports count each, and bound what they could hide.
 */
export type Score =
  | {
      status: 'scored';
      /** Absent only where `sums` say it all. */
      value?: number;
      label?: string;
      /** Typed error code of a wrong answer, such as `missing-argument`. */
      code?: string;
      rationale?: string;
      evidence?: unknown;
      /** Sufficient statistics that add up over cases, as the metric's `aggregate` reads them. */
      sums?: readonly number[];
    }
  | { status: 'skipped' | 'unscorable' | 'error'; reason: string; code?: string };

/** How scores of cases become one figure. */
export type Aggregate =
  | { kind: 'mean' }
  /** A function of the summed `sums`; `name` is in `scoring/aggregates.ts`: ratio, f1, bleu, chrf … */
  | { kind: 'sums'; name: string; width: number }
  /** A quantile of the values, such as the p95 of latency. */
  | { kind: 'quantile'; probability: number }
  /** A metric of stats/: of a classifier, a ranking, a regression, from `label` or `sums` = [truth, score…] of each case. */
  | { kind: 'outcomes'; metric: MetricName; classes?: readonly string[] };

export interface MetricSpec {
  /** Unique in a suite: the name of its scorer, or `scorer/part`. */
  name: string;
  label?: string;
  aggregate: Aggregate;
  better: 'higher' | 'lower';
  /** Every value is 0 or 1: the methods for proportions apply. */
  binary: boolean;
  /** Smallest and largest possible value where they are known. */
  range?: readonly [number, number];
  unit?: string;
}

/** What a scorer may use. */
export interface ScorerContext {
  trial: number;
  seed: number;
  signal: AbortSignal;
  models: ModelCaller;
  /** Every call for this answer was answered from the cache or a recording: its time and cost say nothing of a call now. */
  cached?: boolean;
  /** What the calls for this answer used, where the task does not say. */
  usage?: Usage;
}

export interface Scorer {
  name: string;
  /** Digest of kind, version and settings: scores of another digest are not comparable. */
  digest: string;
  /** For records; never secrets. */
  spec: Readonly<Record<string, unknown>>;
  metrics: readonly MetricSpec[];
  /** Digest that judge calibration records are kept by; only judges have one. */
  judge?: string;
  /** One score a metric, by the metric's name. What it throws becomes an `error` of every metric. */
  score(each: EvaluationCase, output: TaskOutput, context: ScorerContext): Promise<Record<string, Score>>;
}
