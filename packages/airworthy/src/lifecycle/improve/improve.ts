import { getVersion, splitDataset } from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, moment } from '../../kernel/figures.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { chooseTask } from '../../training/index.ts';
import { findChampion } from '../champion.ts';
import { deployChampion } from '../deploy-champion.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { ShippedData } from '../ship-data.ts';
import { type ShippedEvaluation, shipEvaluation } from '../ship-evaluation.ts';
import { promote, registerCandidate } from '../ship-registry.ts';
import { type ShippedTraining, shipTraining } from '../ship-training.ts';
import { chooseCause } from './choose-cause.ts';
import { collectRows } from './collect-rows.ts';
import { beginImprovement, newestImprovement, recordProgress } from './improvement-rows.ts';
import type { Improvement, ImprovementCause, ImprovementFacts, ImprovementState } from './schema.ts';
import { settleOne } from './settle-rolled-out.ts';

export interface ImproveOptions {
  /** Begin without asking the triggers, for this reason. */
  because?: string;
  /** Told of each state as it is reached. */
  onState?: (improvement: Improvement) => void;
}

/** The improvement that was made or found waiting; or why none was begun. */
export type ImproveResult = { improvement: Improvement } | { wait: string };

/**
 * One turn of the loop, where a trigger asks for it: curate what was served and labelled, train a challenger on the
 * rows before a moment, judge it against the champion on the most recent matured rows after it, which neither has seen,
 * and promote it, roll it out (`serving.rollout.onShip`) or keep the champion, with the reason on record. An improvement that was killed goes on where it was;
 * one that awaits a person's decision is returned as it is.
 *
 * @throws WORK_UNDER_WAY, IMPROVE_IMPOSSIBLE where no model serves yet
 * @example
 * const result = await improve(context, project);
 * console.log('wait' in result ? result.wait : result.improvement.reason);
 */
export async function improve(
  context: Context,
  project: Project,
  options: ImproveOptions = {},
): Promise<ImproveResult> {
  const tell = (improvement: Improvement): Improvement => {
    options.onState?.(improvement);
    return improvement;
  };
  return oneAtATime(context, 'improving', async () => {
    const begun = await takeUp(context, project, options);
    if ('wait' in begun) return begun;
    return { improvement: await carryOut(context, project, tell(begun.improvement), tell) };
  });
}

/** The improvement under way, or a new one where a trigger asks for it and there are rows to judge on. */
async function takeUp(
  context: Context,
  project: Project,
  { because }: ImproveOptions,
): Promise<ImproveResult> {
  const last = await newestImprovement(context, project.endpoint);
  if (last?.state === 'rolling-out') return { improvement: await settleOne(context, last) };
  if (last && last.endedAt === null) return { improvement: last };
  const choice = because === undefined ? await chooseCause(context, project) : { cause: asked(because) };
  if ('wait' in choice) return choice;
  const champion = await findChampion(context, project);
  if (!champion) {
    throw new AirworthyError('IMPROVE_IMPOSSIBLE', {
      message: `no version of ${project.model} is ${project.config.registry.alias}: there is nothing to improve yet`,
    });
  }
  const rows = await collectRows(context, project, champion);
  if ('wait' in rows) return { wait: `${choice.cause.sentence}; but ${rows.wait}` };
  const improvement = await beginImprovement(context, project.endpoint, choice.cause, {
    data: rows.data,
    champion: { version: champion.number, bundle: champion.bundle },
  });
  return { improvement };
}

function asked(because: string): ImprovementCause {
  return { on: 'asked', sentence: because };
}

/** While there is something to compute; after that people or a rollout decide. */
const COMPUTED: ReadonlySet<ImprovementState> = new Set(['training', 'judging']);

/** Every step is journalled under the content of its inputs, so that after a crash all of this is simply run again. */
async function carryOut(
  context: Context,
  project: Project,
  improvement: Improvement,
  tell: (improvement: Improvement) => Improvement,
): Promise<Improvement> {
  if (!COMPUTED.has(improvement.state)) return improvement;
  try {
    const data = await readData(context, project, improvement.facts);
    const training = await shipTraining(context, project, data);
    let current = tell(
      await recordProgress(context, improvement, { state: 'judging', facts: { run: training.run } }),
    );
    const evaluation = await shipEvaluation(context, project, data, training);
    const { bundle, version } = await registerCandidate(context, project, data, training, evaluation);
    const facts = { verdicts: evaluation.verdicts, challenger: { version, bundle } };
    current = { ...current, facts: { ...current.facts, ...facts } };
    return tell(await settle(context, project, current, { training, evaluation }));
  } catch (error) {
    // Stopped is not failed: the next call goes on. Neither is what may pass, such as a full disk.
    if (context.signal?.aborted || !AirworthyError.is(error) || error.status >= 500) throw error;
    return tell(await recordProgress(context, improvement, { state: 'failed', reason: error.message }));
  }
}

/** The very rows the improvement began with, whatever was served and labelled since. */
async function readData(
  context: Context,
  project: Project,
  { data }: ImprovementFacts,
): Promise<ShippedData> {
  if (!data) throw new TypeError('an improvement under way has its rows on record');
  const version = await getVersion(context, `${data.dataset}@${data.digest}`);
  const split = await splitDataset(context, version, {
    by: 'moment',
    column: data.time,
    from: new Date(data.judgeFrom).toISOString(),
  });
  const task = chooseTask(version, project.config.training.task);
  const sentence = `${count(split.roles.train)} rows to train on, ${count(split.roles.test)} since ${moment(data.judgeFrom)} to judge on`;
  return { version, split, task, report: { stage: 'data', unchanged: false, sentence, facts: data } };
}

interface Judged {
  training: ShippedTraining;
  evaluation: ShippedEvaluation;
}

/** Promotes, asks a person, begins a rollout, or keeps the champion. */
async function settle(
  context: Context,
  project: Project,
  improvement: Improvement,
  { training, evaluation }: Judged,
): Promise<Improvement> {
  const { facts } = improvement;
  const challenger = facts.challenger as NonNullable<ImprovementFacts['challenger']>;
  const reason = evaluation.verdicts.map((verdict) => verdict.sentence).join('; ');
  if (evaluation.outcome === 'pass' && project.config.feedback.improve.approve) {
    return recordProgress(context, improvement, { state: 'awaiting-approval', facts, reason });
  }
  const decision = await promote(context, project, training.run, challenger, evaluation);
  if (!decision.promoted) {
    const why = evaluation.outcome === 'pass' ? `${decision.reason}; ${reason}` : reason;
    const { rollout } = decision;
    if (rollout !== undefined)
      return recordProgress(context, improvement, {
        state: 'rolling-out',
        facts: { ...facts, rollout },
        reason: why,
      });
    return recordProgress(context, improvement, { state: 'kept', facts, reason: why });
  }
  await deployChampion(context, project, `improvement ${improvement.number}: ${reason}`);
  return recordProgress(context, improvement, { state: 'promoted', facts, reason });
}
