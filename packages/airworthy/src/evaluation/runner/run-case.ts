import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { StoredCase } from '../cases/store-cases.ts';
import { stopsEvaluation } from '../model-calls/call-errors.ts';
import type { CallRecord, SuiteModelCaller } from '../model-calls/create-model-caller.ts';
import { startDeadline } from '../model-calls/deadline.ts';
import type { Scorer } from '../scoring/scorer.ts';
import type { Task, TaskOutput } from '../tasks/task.ts';
import type { ResultRow, ScoreRow } from './result-writer.ts';
import { scoreOutput, scoresOfFailure } from './score-output.ts';
import { withinTime } from './time-limits.ts';

const LONGEST_MESSAGE = 2_000;

/** What is the same for all cases of a run. */
export interface CaseEnvironment {
  scorers: readonly Scorer[];
  models: SuiteModelCaller;
  seed: number;
  timeoutMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface CaseAnswer {
  result: ResultRow;
  scores: ScoreRow[];
}

/**
 * Asks one task for one case and scores what it gives. An error of the task is a result; only what ends the whole
 * evaluation is thrown: a budget that is spent, a person who stops it.
 */
export async function runCase(
  task: Task,
  each: StoredCase,
  trial: number,
  environment: CaseEnvironment,
  stop: AbortSignal,
): Promise<CaseAnswer> {
  const { scorers, models, seed, timeoutMs } = environment;
  const deadline = startDeadline(timeoutMs, stop);
  const { signal } = deadline;
  const bound = models.bind({ trial, signal, deadline });
  const startedAt = performance.now();
  let answered: Answered;
  try {
    const output = checkOutput(
      await withinTime(signal, task.run(each, { trial, seed, signal, models: bound })),
    );
    output.latencyMs ??= performance.now() - startedAt;
    answered = { output, result: resultOf(output, bound.calls, environment.now()) };
  } catch (error) {
    if (stop.aborted || stopsEvaluation(error)) throw error;
    const result = failureOf(error, bound.calls, performance.now() - startedAt, environment.now());
    const scores = scoresOfFailure(scorers, result.code ?? 'TASK_FAILED');
    return placeAnswer(task, each, trial, result, scores);
  } finally {
    deadline.clear();
  }
  return scoreAnswer(task, each, trial, answered, environment, stop);
}

/**
 * Asks a task that takes many cases at once. Its latency is an equal share of what all took. Where it does not answer all of them,
 * each is asked alone, so that one that cannot be answered is no other's error.
 */
export async function* runCases(
  task: Task,
  cases: readonly StoredCase[],
  trial: number,
  environment: CaseEnvironment,
  stop: AbortSignal,
): AsyncGenerator<CaseAnswer> {
  const outputs = cases.length > 1 ? await askAll(task, cases, trial, environment, stop) : undefined;
  for (const [index, each] of cases.entries()) {
    stop.throwIfAborted();
    yield outputs === undefined
      ? await runCase(task, each, trial, environment, stop)
      : await scoreAnswer(task, each, trial, outputs[index], environment, stop);
  }
}

async function askAll(
  task: Task,
  cases: readonly StoredCase[],
  trial: number,
  { models, seed, timeoutMs, now }: CaseEnvironment,
  stop: AbortSignal,
): Promise<Answered[] | undefined> {
  if (task.runBatch === undefined) return undefined;
  const deadline = startDeadline(timeoutMs, stop);
  const { signal } = deadline;
  const bound = models.bind({ trial, signal, deadline });
  const startedAt = performance.now();
  try {
    const outputs = await withinTime(signal, task.runBatch(cases, { trial, seed, signal, models: bound }));
    const latencyMs = (performance.now() - startedAt) / cases.length;
    if (outputs.length !== cases.length) return undefined;
    return outputs.map((given) => {
      const output = { latencyMs, ...checkOutput(given) };
      return { output, result: resultOf(output, [], now()) };
    });
  } catch (error) {
    if (stop.aborted || stopsEvaluation(error)) throw error;
    return undefined;
  } finally {
    deadline.clear();
  }
}

interface Answered {
  output: TaskOutput;
  result: Result;
}

async function scoreAnswer(
  task: Task,
  each: StoredCase,
  trial: number,
  { output, result }: Answered,
  environment: CaseEnvironment,
  stop: AbortSignal,
): Promise<CaseAnswer> {
  const scores = await scoreWithinTime(each, output, trial, environment, stop);
  return placeAnswer(task, each, trial, result, scores);
}

function placeAnswer(
  { name: task }: Task,
  { position }: StoredCase,
  trial: number,
  result: Result,
  scores: Awaited<ReturnType<typeof scoreOutput>>,
): CaseAnswer {
  const place = { task, position, trial };
  return { result: { ...place, ...result }, scores: scores.map((score) => ({ ...place, ...score })) };
}

/** Judges call models too: scoring has as much time again. */
async function scoreWithinTime(
  each: StoredCase,
  output: TaskOutput,
  trial: number,
  { scorers, models, seed, timeoutMs }: CaseEnvironment,
  stop: AbortSignal,
): ReturnType<typeof scoreOutput> {
  const deadline = startDeadline(timeoutMs, stop);
  const { signal } = deadline;
  try {
    const bound = models.bind({ trial, signal, deadline });
    return await scoreOutput(scorers, each, output, { trial, seed, signal, models: bound });
  } finally {
    deadline.clear();
  }
}

function checkOutput(output: unknown): TaskOutput {
  if (isRecord(output) && 'value' in output) return output as unknown as TaskOutput;
  throw new AirworthyError('TASK_FAILED', { message: 'the task gave no output with a value' });
}

type Result = Omit<ResultRow, 'task' | 'position' | 'trial'>;

function resultOf(output: TaskOutput, calls: readonly CallRecord[], now: number): Result {
  const { latencyMs, ...kept } = output;
  const usage = output.usage ?? sumUsage(calls);
  return {
    status: 'ok',
    output_json: outputJson(kept),
    code: null,
    message: null,
    latency_us: latencyMs === undefined ? null : Math.round(latencyMs * 1_000),
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    cost: usage.cost ?? null,
    ...factsOf(calls),
    ended_at: now,
  };
}

function failureOf(error: unknown, calls: readonly CallRecord[], elapsedMs: number, now: number): Result {
  const known = AirworthyError.is(error) ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const usage = sumUsage(calls);
  return {
    status: known?.code === 'TASK_TIMED_OUT' || known?.code === 'MODEL_CALL_TIMED_OUT' ? 'timeout' : 'error',
    output_json: null,
    code: known?.code ?? 'TASK_FAILED',
    message: message.slice(0, LONGEST_MESSAGE),
    latency_us: Math.round(elapsedMs * 1_000),
    input_tokens: usage.inputTokens ?? null,
    output_tokens: usage.outputTokens ?? null,
    cost: usage.cost ?? null,
    ...factsOf(calls),
    ended_at: now,
  };
}

function factsOf(calls: readonly CallRecord[]): Pick<Result, 'attempts' | 'cached' | 'calls_json'> {
  let attempts = 0;
  for (const call of calls) attempts += call.attempts;
  return {
    attempts: Math.max(attempts, 1),
    cached: calls.length > 0 && calls.every((call) => call.cached) ? 1 : 0,
    calls_json: calls.length === 0 ? '[]' : JSON.stringify(calls.map((call) => call.key)),
  };
}

function sumUsage(calls: readonly CallRecord[]): NonNullable<TaskOutput['usage']> {
  const sum: { inputTokens?: number; outputTokens?: number; cost?: number } = {};
  for (const { usage } of calls) {
    for (const name of ['inputTokens', 'outputTokens', 'cost'] as const) {
      const value = usage[name];
      if (value !== undefined) sum[name] = (sum[name] ?? 0) + value;
    }
  }
  return sum;
}

function outputJson(output: Omit<TaskOutput, 'latencyMs'>): string {
  try {
    return JSON.stringify(output.value === undefined ? { ...output, value: null } : output);
  } catch (error) {
    throw new AirworthyError('TASK_FAILED', {
      message: `the output has no JSON form: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
