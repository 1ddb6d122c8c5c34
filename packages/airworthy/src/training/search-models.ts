import { AirworthyError } from '../kernel/errors.ts';
import { type Task, targetUnit } from '../models/table.ts';
import { metricLabel, showMetric } from '../stats/metric-names.ts';
import { fromPoint, portfolio, searchSpace, toPoint } from './candidates.ts';
import { runTrial, type Search } from './run-trial.ts';
import type { Candidate, LearnerName, TrainingResult, TrialSummary } from './schema.ts';
import { suggest, type Tried } from './search/suggest.ts';

export type FinishedTrial = Extract<TrialSummary, { status: 'finished' }>;

export interface SearchOutcome {
  trials: TrialSummary[];
  best: FinishedTrial;
  stoppedBy: TrainingResult['stoppedBy'];
}

/**
 * Tries the fixed portfolio, then what the search suggests, until the budget is used. A later trial depends on the
 * scores of the earlier ones alone, so that the same trials come in the same order on every machine.
 *
 * @throws TRAINING_FAILED where no trial succeeded; the context's abort reason.
 */
export async function searchModels(search: Search): Promise<SearchOutcome> {
  const { context, plan } = search;
  const { budget } = plan.config;
  const progress = context.progress.start('training', budget.trials, 'trials');
  const cap = AbortSignal.timeout(Math.ceil(budget.seconds * 1000));
  const trials: TrialSummary[] = [];
  try {
    for (let number = 1; number <= budget.trials && !isOver(cap, trials); number++) {
      context.signal?.throwIfAborted();
      const request = { number, candidate: nextCandidate(search, trials), progress };
      trials.push(await runTrial(search, { ...request, signal: stopSignal(search, cap, trials) }));
      progress.advance(number, noteOn(trials, plan.task));
    }
  } catch (error) {
    if (!cap.aborted || error !== cap.reason) throw error;
  } finally {
    progress.end(noteOn(trials, plan.task));
  }
  const stoppedBy = trials.length < budget.trials ? 'seconds' : 'trials';
  return { trials, best: requireBest(trials), stoppedBy };
}

/** The cap stops nothing before one trial has succeeded: there would be no model. */
function isOver(cap: AbortSignal, trials: readonly TrialSummary[]): boolean {
  return cap.aborted && bestOf(trials) !== undefined;
}

function stopSignal({ context }: Search, cap: AbortSignal, trials: readonly TrialSummary[]): AbortSignal {
  const signals = [...(context.signal ? [context.signal] : []), ...(bestOf(trials) ? [cap] : [])];
  return AbortSignal.any(signals);
}

function nextCandidate({ plan, prepared }: Search, trials: readonly TrialSummary[]): Candidate {
  const fixed = portfolio(plan.learners, prepared.searched);
  if (trials.length < fixed.length) return fixed[trials.length];
  const history = trials.map((trial): Tried => ({ point: toPoint(trial), loss: lossOf(trial) }));
  const space = searchSpace(worthSearching(plan.learners, trials), prepared.searched);
  return fromPoint(suggest(space, history, { seed: plan.config.seed, startup: fixed.length }));
}

/**
 * The learners whose best trial is within a standard error of the best of all, and of these the ones tried least: a
 * learner that is clearly behind is dropped, and a lead that may be luck does not take the whole budget.
 */
function worthSearching(learners: readonly LearnerName[], trials: readonly TrialSummary[]): LearnerName[] {
  const best = bestOf(trials);
  if (!best) return [...learners];
  const contenders = learners.filter((learner) => {
    const own = bestOf(trials.filter((trial) => trial.learner === learner));
    return own !== undefined && lossOf(own) <= lossOf(best) + best.score.standardError;
  });
  const tried = (learner: LearnerName) => trials.filter((trial) => trial.learner === learner).length;
  const least = Math.min(...contenders.map(tried));
  return contenders.filter((learner) => tried(learner) === least);
}

function lossOf(trial: TrialSummary): number {
  if (trial.status === 'failed') return Number.NaN;
  return trial.score.higherIsBetter ? -trial.score.value : trial.score.value;
}

/** The lowest loss; of equals the one tried first. A score that is no number does not win. */
function bestOf(trials: readonly TrialSummary[]): FinishedTrial | undefined {
  return trials
    .filter((trial) => trial.status === 'finished')
    .filter((trial) => Number.isFinite(lossOf(trial)))
    .reduce<FinishedTrial | undefined>(
      (best, trial) => (best === undefined || lossOf(trial) < lossOf(best) ? trial : best),
      undefined,
    );
}

function requireBest(trials: readonly TrialSummary[]): FinishedTrial {
  const best = bestOf(trials);
  if (best) return best;
  const causes = trials.map((trial) =>
    trial.status === 'failed'
      ? trial.error
      : `the ${metricLabel(trial.score.metric)} is ${trial.score.value}`,
  );
  throw new AirworthyError('TRAINING_FAILED', {
    message: `all ${trials.length} trials failed; the first (${trials[0].learner}): ${causes[0]}`,
    facts: { runs: trials.map((trial) => trial.run) },
  });
}

function noteOn(trials: readonly TrialSummary[], task: Task): string {
  const best = bestOf(trials);
  return best
    ? `best ${best.learner}, ${showMetric(best.score.metric, best.score, targetUnit(task))}`
    : 'no result yet';
}
