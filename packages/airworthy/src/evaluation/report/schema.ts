import { z } from 'zod';
import { Outcome, Rule } from '../gates/schema.ts';

/** The version of the report's form, as `airworthy evaluate --json` and files have it. */
export const REPORT_SCHEMA = 'airworthy.evaluation/1';

const figure = z.number().nullable();

/** A metric of one task with its uncertainty; null where it has none, `reason` says why. */
export const SuiteMetric = z.strictObject({
  name: z.string(),
  label: z.string(),
  value: figure,
  low: figure,
  high: figure,
  /** Cases that have a score. */
  n: z.int(),
  clusters: z.int(),
  method: z.string(),
  better: z.enum(['higher', 'lower']),
  unit: z.string().optional(),
  reason: z.string().optional(),
  counts: z.strictObject({ scored: z.int(), skipped: z.int(), unscorable: z.int(), error: z.int() }),
  /** Every case without a score taken as the worst possible, and as the best; absent where none lacks one or the range is not known. */
  bounds: z.strictObject({ low: z.number(), high: z.number() }).optional(),
});
export type SuiteMetric = z.infer<typeof SuiteMetric>;

/** Candidate minus baseline on the same cases; positive is better, whichever way the metric runs. */
export const SuiteComparison = z.strictObject({
  metric: z.string(),
  improvement: figure,
  low: figure,
  high: figure,
  /** Paired cases. */
  n: z.int(),
  clusters: z.int(),
  /** Cases only the candidate got right, and only the baseline; of 0/1 metrics. */
  gained: z.int().optional(),
  lost: z.int().optional(),
  p: z.number().optional(),
  method: z.string(),
  reason: z.string().optional(),
});
export type SuiteComparison = z.infer<typeof SuiteComparison>;

/** One gate's answer with its evidence. */
export const SuiteVerdict = z.strictObject({
  id: z.string(),
  /** The tracking run of the task. */
  run: z.string(),
  suite: z.string(),
  evaluation: z.string(),
  task: z.string(),
  gate: z.string(),
  metric: z.string(),
  rule: Rule,
  /** The gate's margin; for `at-least` and `at-most` its value. */
  margin: z.number(),
  /** `overall`, or `lang=de`. */
  slice: z.string(),
  baseline: z.strictObject({ name: z.string(), evaluation: z.string(), task: z.string() }).nullable(),
  outcome: Outcome,
  /** Machine-readable: `too-few`, `baseline-stale`, `pairing`, `judge-uncalibrated`, `missing-scores`, `held-out-overlap`, `budget`, `insufficient` … */
  reason: z.string().optional(),
  estimate: figure,
  low: figure,
  high: figure,
  confidence: z.number(),
  n: z.int(),
  clusters: z.int(),
  method: z.string(),
  /** `Holm over 4 slices` */
  correction: z.string().optional(),
  p: z.number().optional(),
  candidateValue: figure,
  baselineValue: figure,
  /** The smallest true difference this many cases would decide on with the gate's power. */
  detectable: figure,
  neededN: z.int().optional(),
  neededCost: z.number().optional(),
  onUndecided: z.enum(['fail', 'warn', 'extend']),
  sentence: z.string(),
});
export type SuiteVerdict = z.infer<typeof SuiteVerdict>;

export const SuiteSlice = z.strictObject({
  /** `lang=de` */
  name: z.string(),
  column: z.string(),
  value: z.string(),
  n: z.int(),
  status: z.enum(['measured', 'too-few']),
  metrics: z.array(SuiteMetric),
  comparisons: z.array(SuiteComparison),
});
export type SuiteSlice = z.infer<typeof SuiteSlice>;

/** How often trials of one case agree (trials > 1), and pass@k, pass^k of 0/1 metrics. */
export const Steadiness = z.strictObject({
  metric: z.string(),
  stablePass: z.int(),
  flaky: z.int(),
  stableFail: z.int(),
  passAtK: z.array(z.strictObject({ k: z.int(), at: z.number(), hat: z.number() })),
});
export type Steadiness = z.infer<typeof Steadiness>;

/** Failed cases that read alike. */
export const FailureCluster = z.strictObject({
  terms: z.array(z.string()),
  cases: z.int(),
  /** Ids, the most typical first. */
  exemplars: z.array(z.string()),
});
export type FailureCluster = z.infer<typeof FailureCluster>;

/** A group of cases, found by rule, in which more fail. */
export const DiscoveredSlice = z.strictObject({
  /** `lang = de AND length > 40` */
  rule: z.string(),
  literals: z.array(
    z.strictObject({
      column: z.string(),
      operator: z.enum(['=', '!=', '<=', '>']),
      value: z.union([z.string(), z.number(), z.boolean()]),
    }),
  ),
  n: z.int(),
  failureRate: z.number(),
  restRate: z.number(),
  /** On the half it was found on, and on the other; q after Benjamini-Hochberg. */
  p: z.number(),
  q: z.number(),
  confirmedP: z.number().nullable(),
  status: z.enum(['confirmed', 'exploratory']),
});
export type DiscoveredSlice = z.infer<typeof DiscoveredSlice>;

export const ErrorAnalysis = z.strictObject({
  metric: z.string(),
  failures: z.int(),
  clusters: z.array(FailureCluster),
  slices: z.array(DiscoveredSlice),
  /** Typed error codes: how many cases of the baseline's code (outer; `ok` where right) became which of the candidate's. */
  codes: z.array(z.strictObject({ code: z.string(), cases: z.int() })),
  confusion: z.array(z.strictObject({ baseline: z.string(), candidate: z.string(), cases: z.int() })),
  /** Where there were more than are looked at: clusters are of so many random failures, slices of so many random cases. */
  sampled: z.strictObject({ failures: z.int(), cases: z.int() }).optional(),
});
export type ErrorAnalysis = z.infer<typeof ErrorAnalysis>;

/** What one perturbation of the cases (or `all`) does to a task's answers. */
export const RobustnessRow = z.strictObject({
  perturbation: z.string(),
  /** Perturbed cases. */
  cases: z.int(),
  /** `invariance`: answers that stayed the same; `direction`: that moved as expected. */
  held: z.array(SuiteMetric),
  /** Perturbed minus parent, pair by pair. */
  changes: z.array(SuiteComparison),
});
export type RobustnessRow = z.infer<typeof RobustnessRow>;

export const TaskReport = z.strictObject({
  name: z.string(),
  digest: z.string(),
  run: z.string(),
  /** Case × trial. */
  results: z.strictObject({ ok: z.int(), error: z.int(), timeout: z.int(), cached: z.int() }),
  errors: z.array(z.strictObject({ code: z.string(), message: z.string(), results: z.int() })),
  metrics: z.array(SuiteMetric),
  slices: z.array(SuiteSlice),
  /** Against the baseline, or the suite's first task where there is none. */
  comparedWith: z.strictObject({ name: z.string(), evaluation: z.string(), task: z.string() }).nullable(),
  comparisons: z.array(SuiteComparison),
  steadiness: z.array(Steadiness),
  /** Of what was called, without what came from the cache. */
  latencyMs: z.strictObject({ p50: figure, p95: figure }),
  tokens: z.strictObject({ input: z.int(), output: z.int() }),
  cost: z.number().nullable(),
  errorAnalysis: ErrorAnalysis.optional(),
  /** Of suites that perturb their cases. */
  robustness: z.array(RobustnessRow).optional(),
});
export type TaskReport = z.infer<typeof TaskReport>;

/** What an evaluation of a suite found: derived from its rows alone, so a resumed one equals an uninterrupted one. */
export const SuiteReport = z.strictObject({
  schema: z.literal(REPORT_SCHEMA),
  id: z.string(),
  suite: z.string(),
  number: z.int(),
  description: z.string().optional(),
  state: z.enum(['running', 'finished', 'stopped']),
  reason: z.string().optional(),
  /** The worst of the gates; null where the suite has none. */
  outcome: Outcome.nullable(),
  sentence: z.string(),
  dataset: z.strictObject({
    version: z.string().nullable(),
    role: z.enum(['dev', 'regression', 'held-out']),
    digest: z.string(),
    cases: z.int(),
    clusters: z.int(),
  }),
  trials: z.int(),
  seed: z.string(),
  confidence: z.number(),
  tasks: z.array(TaskReport),
  verdicts: z.array(SuiteVerdict),
  /** Cases that fail now and did not in the baseline, by task; the first 200. */
  regressions: z.array(
    z.strictObject({
      task: z.string(),
      case: z.string(),
      metric: z.string(),
      baseline: figure,
      candidate: figure,
    }),
  ),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
});
export type SuiteReport = z.infer<typeof SuiteReport>;
