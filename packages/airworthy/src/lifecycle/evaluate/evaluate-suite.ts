import {
  beginEvaluation,
  beginLook,
  createRunningEstimate,
  discardEvaluation,
  endEvaluation,
  forgetErrors,
  isDecided,
  type Looks,
  type RunEnd,
  runSuite,
  type Suite,
  type SuiteEvaluation,
  type SuiteReport,
  stopEvaluation,
  storeCases,
  withRivals,
} from '../../evaluation/running.ts';
import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import { createRandom } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { type EvaluateOptions, type PreparedEvaluation, prepareEvaluation } from './prepare-evaluation.ts';

/** Figures are put into words this often. */
const SHOW_EVERY_MS = 200;

/**
 * Evaluates a suite: every task on every case, scored, measured and judged. Killed or stopped and called again, it goes on
 * where it was, and reports what an uninterrupted one would have.
 *
 * Rejects with the signal's reason where a person stops it; throws what is wrong with the suite before anything is called.
 *
 * @example
 * const [suite] = await loadSuites({ folder, dataFolder, names: ['support'] });
 * const { outcome } = await evaluateSuite(context, project, suite, { env: process.env });
 */
export async function evaluateSuite(
  context: Context,
  project: Project,
  suite: Suite,
  options: EvaluateOptions,
): Promise<SuiteReport> {
  const prepared = await prepareEvaluation(context, project, suite, options);
  try {
    return await oneAtATime(context, `evaluating ${suite.name} of`, () =>
      evaluate(context, prepared, options),
    );
  } finally {
    for (const task of prepared.tasks) await task.close?.();
  }
}

async function evaluate(
  context: Context,
  prepared: PreparedEvaluation,
  options: EvaluateOptions,
): Promise<SuiteReport> {
  const { suite, tasks, key, spec, role, cases, cache } = prepared;
  const began = context.clock.now();
  const evaluation = await beginEvaluation(context, {
    ...{
      suite: suite.name,
      key,
      spec,
      role,
      cases,
      trials: suite.trials,
      seed: String(suite.seed),
      cache,
      tasks,
    },
    takeUpFinished: options.retryErrors === true,
  });
  const looks = await admit(context, prepared, evaluation).catch(async (error: unknown) => {
    const isNew = evaluation.state === 'running' && evaluation.startedAt >= began;
    if (isNew && AirworthyError.is(error)) await discardEvaluation(context, evaluation);
    throw error;
  });
  if (options.retryErrors === true) await forgetErrors(context, evaluation.id);
  const overlap = role === 'held-out' ? await leaksIn(context, evaluation, prepared) : undefined;
  const end = await run(context, prepared, evaluation);
  return endEvaluation(context, evaluation, {
    ...(end === 'budget'
      ? { state: 'stopped', reason: 'the budget is spent' }
      : { state: 'finished', reason: null }),
    ...(overlap === undefined ? {} : { facts: { overlap } }),
    ...(looks === undefined ? {} : { looks }),
  });
}

/** What may forbid an evaluation before anything is called: two cases of one id, a budget of looks that is spent. */
async function admit(
  context: Context,
  prepared: PreparedEvaluation,
  evaluation: SuiteEvaluation,
): Promise<Looks | undefined> {
  await storeCases(context, evaluation.id, prepared.cases);
  return beginLooks(context, prepared, evaluation);
}

/** Loaded for held-out cases only: what they may be found in takes all stages. */
async function leaksIn(
  context: Context,
  { id }: SuiteEvaluation,
  { suite, tasks }: PreparedEvaluation,
): Promise<string | undefined> {
  const { findLeaks } = await import('./find-leaks.ts');
  return findLeaks(context, id, suite, tasks);
}

/** A look is in the ledger before any held-out case is run. */
async function beginLooks(
  context: Context,
  { suite, role, cases, tasks }: PreparedEvaluation,
  evaluation: SuiteEvaluation,
): Promise<Looks | undefined> {
  if (role !== 'held-out') return undefined;
  const looks = new Map<string, Awaited<ReturnType<typeof beginLook>>>();
  for (const { name, digest } of tasks) {
    const look = await beginLook(context, {
      datasetVersion: cases.version ?? cases.digest,
      ...{ suite: suite.name, evaluation: evaluation.id, task: name, taskDigest: digest },
      gates: suite.gates.map((gate) => gate.name ?? `${gate.metric} ${gate.rule}`),
      budget: suite.heldOutBudget,
    });
    looks.set(name, look);
  }
  return looks;
}

async function run(
  context: Context,
  prepared: PreparedEvaluation,
  evaluation: SuiteEvaluation,
): Promise<RunEnd> {
  const { suite, role, tasks, scorers, models } = prepared;
  const rivalled = await withRivals(context, evaluation, scorers);
  const total = evaluation.cases * evaluation.trials * tasks.length;
  const progress = context.progress.start(`evaluating ${suite.name}`, total, 'results');
  const estimate = createRunningEstimate(role === 'held-out' ? undefined : scorers[0]?.metrics[0]);
  // Where anything else is asked than what holds at every look, all cases are.
  const mayExtend =
    role !== 'regression' &&
    suite.gates.length > 0 &&
    suite.gates.every(({ onUndecided }) => onUndecided === 'extend');
  let answered = 0;
  let shownAt = 0;
  let whole = false;
  try {
    const end = await runSuite(context, {
      evaluation: evaluation.id,
      ...{
        cases: evaluation.cases,
        trials: evaluation.trials,
        order: evaluation.seed,
        tasks,
        scorers: rivalled,
        models,
      },
      seed: createRandom(evaluation.seed).integer(2 ** 31),
      concurrency: suite.concurrency,
      timeoutMs: suite.timeoutSeconds * 1_000,
      withinMs: suite.budget.seconds === undefined ? undefined : suite.budget.seconds * 1_000,
      now: () => context.clock.now(),
      isDecided: mayExtend ? () => isDecided(context, evaluation) : undefined,
      onAnswer(answer) {
        answered += 1;
        estimate.take(answer);
        if (performance.now() < shownAt + SHOW_EVERY_MS) return;
        shownAt = performance.now();
        progress.advance(answered, estimate.note());
      },
    });
    // An evaluation that went on asked only for the rest: what it did not ask for is still wanted.
    whole = end === 'done' && !evaluation.spec.partial && answered === total;
    return end;
  } catch (error) {
    await stopEvaluation(
      context,
      evaluation,
      context.signal?.aborted ? 'interrupted' : toAirworthyError(error).message,
    );
    throw error;
  } finally {
    progress.end();
    await models.close({ whole });
  }
}
