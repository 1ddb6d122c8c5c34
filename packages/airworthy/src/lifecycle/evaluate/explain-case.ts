import {
  createCallProbe,
  createScorers,
  type EvaluationCase,
  type ExplainedCall,
  openCases,
  recordingsFileOf,
  roleReader,
  type Suite,
  suiteJudges,
  type TaskOutput,
} from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { openTask } from './open-task.ts';

/** The calls of one task, and of those who judge it, for one case. */
export interface ExplainedCase {
  suite: string;
  case: string;
  task: string;
  calls: readonly ExplainedCall[];
  /** Why calls after the last one are not known; null where they all are. */
  stopped: string | null;
}

/**
 * Says of every call that a case would make whether it is on record, and of those that are not, what about them changed.
 * Tasks and scorers run, up to their first call that nothing answers; no call is made. Throws CASE_NOT_FOUND, HELD_OUT_CLOSED.
 */
export async function explainCase(
  context: Context,
  project: Project,
  suite: Suite,
  { id, env, trial = 0 }: { id: string; env: Readonly<Record<string, string | undefined>>; trial?: number },
): Promise<ExplainedCase[]> {
  const each = await findCase(context, suite, id);
  const { folder, seed } = suite;
  const scorers = await createScorers(suite.scorers as Parameters<typeof createScorers>[0], {
    folder,
    judges: suiteJudges(suite),
  });
  const explained: ExplainedCase[] = [];
  for (const [name, input] of Object.entries(suite.tasks)) {
    const probe = await createCallProbe(context, { seed, recordingsFile: recordingsFileOf(suite.file) });
    const task = await openTask(context, project, input as Parameters<typeof openTask>[2], {
      ...{ name, folder, source: suite.fileDigest, env },
    });
    const signal = context.signal ?? new AbortController().signal;
    const place = { trial, seed: Number(seed) || 0, signal, models: probe.bind({ trial }) };
    let stopped: string | null = null;
    try {
      const output: TaskOutput = await task.run(each, place);
      for (const scorer of scorers) await scorer.score(each, output, place);
    } catch (error) {
      stopped = error instanceof Error ? error.message : String(error);
    } finally {
      await task.close?.();
      await probe.close();
    }
    explained.push({ suite: suite.name, case: id, task: name, calls: probe.calls, stopped });
  }
  return explained;
}

async function findCase(context: Context, suite: Suite, id: string): Promise<EvaluationCase> {
  const { read } = await openCases(context, suite);
  const roleOf = roleReader(suite);
  for await (const each of read()) {
    if (each.id !== id) continue;
    if (roleOf(each) !== 'held-out') return each;
    throw new AirworthyError('HELD_OUT_CLOSED', {
      message: `suite "${suite.name}": case "${id}" is held out, and to ask it is to look at it`,
    });
  }
  throw new AirworthyError('CASE_NOT_FOUND', {
    message: `suite "${suite.name}" has no case "${id}"`,
    facts: { case: id },
  });
}
