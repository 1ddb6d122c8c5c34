import { AirworthyError } from '../../kernel/errors.ts';
import type { StoredCase } from '../cases/store-cases.ts';
import { stopsEvaluation } from '../model-calls/call-errors.ts';
import type { MetricSpec, Score, Scorer, ScorerContext } from '../scoring/scorer.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { ScoreRow } from './result-writer.ts';
import { isTimeout, withinTime } from './time-limits.ts';

type Scored = Omit<ScoreRow, 'task' | 'position' | 'trial'>;

/** The scores of one answer by every scorer. What a scorer throws, or leaves out, becomes an error of its metrics. */
export async function scoreOutput(
  scorers: readonly Scorer[],
  each: StoredCase,
  output: TaskOutput,
  context: ScorerContext,
): Promise<Scored[]> {
  const rows: Scored[] = [];
  for (const scorer of scorers) {
    const scores = await score(scorer, each, output, context);
    for (const metric of scorer.metrics) rows.push(rowOf(metric, scores[metric.name]));
  }
  return rows;
}

async function score(
  scorer: Scorer,
  each: StoredCase,
  output: TaskOutput,
  context: ScorerContext,
): Promise<Record<string, Score>> {
  try {
    return await withinTime(context.signal, scorer.score(each, output, context));
  } catch (error) {
    if (stopsEvaluation(error) || isStopped(context.signal)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const code = AirworthyError.is(error) ? error.code : 'SCORER_FAILED';
    return Object.fromEntries(
      scorer.metrics.map(({ name }) => [name, { status: 'error', reason, code } as const]),
    );
  }
}

/** Stopped by a person, rather than out of time. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted && !isTimeout(signal.reason);
}

/** The task gave nothing that could be scored: an error of every metric, and a zero of none. */
export function scoresOfFailure(scorers: readonly Scorer[], code: string): Scored[] {
  const failed: Score = { status: 'error', reason: 'the task gave no answer', code };
  return scorers.flatMap((scorer) => scorer.metrics.map((metric) => rowOf(metric, failed)));
}

function rowOf(metric: MetricSpec, given: Score | undefined): Scored {
  const checked = check(metric, given);
  if (checked.status !== 'scored') {
    const { status, reason, code = null } = checked;
    return {
      metric: metric.name,
      status,
      value: null,
      label: null,
      code,
      sums_json: null,
      detail_json: JSON.stringify({ reason }),
    };
  }
  const { value = null, label = null, code = null, sums, rationale, evidence } = checked;
  const detail =
    rationale === undefined && evidence === undefined ? null : JSON.stringify({ rationale, evidence });
  return {
    metric: metric.name,
    status: 'scored',
    value,
    label,
    code,
    sums_json: sums === undefined ? null : JSON.stringify(sums),
    detail_json: detail,
  };
}

/** A score that no average may take in is an error, never a zero. */
function check({ name, aggregate, binary }: MetricSpec, score: Score | undefined): Score {
  if (score === undefined) return wrong(`the scorer gave no score for "${name}"`);
  if (score.status !== 'scored') return score;
  const { value, sums } = score;
  if (value !== undefined && !Number.isFinite(value)) return wrong(`the scorer gave ${value}`);
  if (binary && value !== undefined && value !== 0 && value !== 1)
    return wrong(`the scorer gave ${value}, but its metric is 0 or 1`);
  if (sums?.some((sum) => !Number.isFinite(sum))) return wrong('the scorer gave sums that are not finite');
  if (aggregate.kind === 'sums' && sums?.length !== aggregate.width)
    return wrong(`the scorer gave ${sums?.length ?? 0} sums, not ${aggregate.width}`);
  if (aggregate.kind !== 'sums' && aggregate.kind !== 'outcomes' && value === undefined)
    return wrong('the scorer gave no value');
  return score;
}

function wrong(reason: string): Score {
  return { status: 'error', reason, code: 'SCORE_INVALID' };
}
