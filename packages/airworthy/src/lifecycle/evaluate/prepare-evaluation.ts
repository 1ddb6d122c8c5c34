import {
  type CacheMode,
  type CaseRole,
  checkAssertions,
  checkGates,
  checkPerturbations,
  columnOf,
  createModelCaller,
  createScorers,
  ERROR_RATE,
  type EvaluationSpec,
  isRightOrWrong,
  openCases,
  parseFilter,
  perturbCases,
  planCases,
  recordingsFileOf,
  robustnessMetrics,
  type Scorer,
  type Suite,
  type SuiteModelCaller,
  type SurveyedCases,
  suiteJudges,
  surveyCases,
  type Task,
} from '../../evaluation/running.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { openTask } from './open-task.ts';

/** What a person may say otherwise than the suite does, and what is said of one evaluation only. */
export interface EvaluateOptions {
  role?: CaseRole | undefined;
  /** A condition, or a part of ids. */
  filter?: string | undefined;
  /** So many cases, chosen by seed. */
  sample?: number | undefined;
  trials?: number | undefined;
  concurrency?: number | undefined;
  cache?: CacheMode | undefined;
  budgetCost?: number | undefined;
  budgetSeconds?: number | undefined;
  baseline?: string | undefined;
  seed?: number | undefined;
  /** Asks again what ended in an error, in the newest evaluation of the same. */
  retryErrors?: boolean | undefined;
  /** False: measured, not judged. */
  gates?: boolean | undefined;
  /** Where keys are. */
  env: Readonly<Record<string, string | undefined>>;
}

/** An evaluation before its first call: everything that can be wrong with a suite has been found. */
export interface PreparedEvaluation {
  suite: Suite;
  role: CaseRole;
  cache: CacheMode;
  tasks: readonly Task[];
  scorers: readonly Scorer[];
  cases: SurveyedCases;
  spec: EvaluationSpec;
  key: string;
  models: SuiteModelCaller;
}

/**
 * Opens tasks, scorers and cases of a suite and checks all of it against each other. Throws METRIC_UNKNOWN,
 * SLICE_UNKNOWN, CLUSTER_MISSING, SUITE_EMPTY, SUITE_INVALID, and what tasks, scorers and datasets throw.
 */
export async function prepareEvaluation(
  context: Context,
  project: Project,
  written: Suite,
  options: EvaluateOptions,
): Promise<PreparedEvaluation> {
  const suite = withOptions(written, options);
  const role = options.role ?? suite.role ?? 'dev';
  if (role === 'held-out') requireLook(suite, options);
  const folder = suite.folder;
  const scorers = await createScorers(suite.scorers as Parameters<typeof createScorers>[0], {
    folder,
    judges: suiteJudges(suite),
  });
  requireKnownMetrics(suite, scorers);
  requireRightOrWrong(suite, role, scorers);
  const tasks: Task[] = [];
  for (const [name, input] of Object.entries(suite.tasks)) {
    tasks.push(
      await openTask(context, project, input as Parameters<typeof openTask>[2], {
        ...{ name, folder, source: suite.fileDigest, env: options.env },
      }),
    );
  }
  const cache = options.cache ?? 'auto';
  const models = await openModels(context, project, suite, cache, options.env);
  const cases = await readCases(context, suite, role, models, options);
  const spec = specOf(suite, scorers, cases, project.folder, options);
  // What it may cost and how it is judged may change while it is under way: the rows stay what they are.
  const { scorers: scoredBy, slices, clustered, perturbed, partial } = spec;
  const key = contentKey({
    ...{
      file: suite.fileDigest,
      scoredBy,
      slices,
      clustered,
      perturbed,
      partial,
      cases: cases.digest,
      role,
      trials: suite.trials,
      seed: suite.seed,
      cache,
    },
    tasks: tasks.map(({ name, digest }) => [name, digest]),
  });
  return { suite, role, cache, tasks, scorers, cases, spec, key, models };
}

/**
 * Held-out cases are there to be judged on: measuring them only would spend looks for nothing. And all of them at once: a verdict on
 * a chosen few would tell how these fare.
 */
function requireLook({ name, gates }: Suite, { filter, sample }: EvaluateOptions): void {
  if (gates.length === 0) {
    throw new AirworthyError('HELD_OUT_CLOSED', {
      message: `suite "${name}" has no gates, and held-out cases are reachable only by a gate`,
    });
  }
  if (filter === undefined && sample === undefined) return;
  throw new AirworthyError('HELD_OUT_CLOSED', {
    message: `suite "${name}": held-out cases are judged all together, not by ${filter === undefined ? '--sample' : '--filter'}`,
  });
}

/** A regression suite asks that every case passes: something must say which do. Throws SUITE_INVALID. */
function requireRightOrWrong({ name }: Suite, role: CaseRole, scorers: readonly Scorer[]): void {
  const says = scorers.some(({ metrics }) => metrics.some(isRightOrWrong));
  if (role !== 'regression' || says) return;
  throw new AirworthyError('SUITE_INVALID', {
    message: `suite "${name}": every case of a regression suite must pass, and no scorer says right or wrong`,
    remedy: 'Add a scorer such as exact, or give one a threshold.',
    at: 'scorers',
  });
}

function withOptions(suite: Suite, options: EvaluateOptions): Suite {
  const { trials, concurrency, seed, baseline, budgetCost, budgetSeconds, gates } = options;
  return {
    ...suite,
    ...(trials === undefined ? {} : { trials }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(seed === undefined ? {} : { seed }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(gates === false ? { gates: [] } : {}),
    budget: {
      ...suite.budget,
      ...(budgetCost === undefined ? {} : { cost: budgetCost }),
      ...(budgetSeconds === undefined ? {} : { seconds: budgetSeconds }),
    },
  };
}

function requireKnownMetrics(suite: Suite, scorers: readonly Scorer[]): void {
  const given = scorers.flatMap((scorer) => scorer.metrics);
  const added = robustnessMetrics(checkPerturbations(suite.perturb), given);
  const metrics = [...given, ...added, ERROR_RATE];
  checkGates(suite.name, suite.gates, metrics);
  const known = metrics.map(({ name }) => name);
  for (const { metric } of suite.gates) {
    if (known.includes(metric)) continue;
    const nearest = nearestName(metric, known);
    throw new AirworthyError('METRIC_UNKNOWN', {
      message: `suite "${suite.name}": a gate is on the metric "${metric}", which no scorer gives${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
      remedy: `Use one of ${known.join(', ')}, or add the scorer that gives it.`,
      facts: { suite: suite.name, metric, known },
    });
  }
}

async function readCases(
  context: Context,
  suite: Suite,
  role: CaseRole,
  models: SuiteModelCaller,
  { filter, sample }: EvaluateOptions,
): Promise<SurveyedCases> {
  const gateSlices = suite.gates.flatMap(({ slices = [] }) => slices);
  const plan = await planCases(suite, await openCases(context, suite), {
    role,
    filter: filter === undefined ? undefined : parseFilter(filter),
    sample,
    slices: gateSlices.map(columnOf),
    ...(suite.perturb.length === 0
      ? {}
      : {
          extend: perturbCases({
            perturbations: checkPerturbations(suite.perturb),
            seed: suite.seed,
            models,
          }),
        }),
  });
  const asserts = suite.scorers.some((scorer) => typeof scorer === 'object' && 'perCase' in scorer);
  const check = (metadata: Readonly<Record<string, unknown>>) =>
    checkAssertions(metadata.assert, { folder: suite.folder, judges: suiteJudges(suite) });
  return surveyCases(suite, plan, { gateSlices, role, ...(asserts ? { check } : {}) });
}

function openModels(
  context: Context,
  project: Project,
  suite: Suite,
  cache: CacheMode,
  env: EvaluateOptions['env'],
): Promise<SuiteModelCaller> {
  const { prices, redact } = project.config.tracking.traces;
  const { requestsPerMinute, tokensPerMinute } = suite.limits;
  return createModelCaller(context, {
    ...{ cache, recordingsFile: recordingsFileOf(suite.file), seed: suite.seed },
    ...{ limits: { requestsPerMinute, tokensPerMinute }, budget: suite.budget },
    ...{ concurrency: suite.concurrency, env, prices, redact: { ...redact } },
  });
}

function specOf(
  suite: Suite,
  scorers: readonly Scorer[],
  cases: SurveyedCases,
  projectFolder: string,
  { filter, sample }: EvaluateOptions,
): EvaluationSpec {
  const { description, gates, confidence, baseline, limits, budget, heldOutBudget } = suite;
  return {
    ...(description === undefined ? {} : { description }),
    file: suite.file.startsWith(`${projectFolder}/`)
      ? suite.file.slice(projectFolder.length + 1)
      : suite.file,
    scorers: scorers.map(({ name, digest, spec, metrics, judge }) => ({
      ...{ name, digest, spec, metrics },
      ...(judge === undefined ? {} : { judge }),
    })),
    slices: cases.slices,
    clustered: cases.clustered,
    perturbed: suite.perturb.length > 0,
    ...{ gates, confidence, baseline, limits, budget, heldOutBudget },
    partial: filter !== undefined || sample !== undefined,
  };
}
