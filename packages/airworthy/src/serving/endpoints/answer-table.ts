import { AirworthyError } from '../../kernel/errors.ts';
import { checkTable } from '../../models/check-table.ts';
import { fromPredictions } from '../../models/from-predictions.ts';
import { outputWidth, type Table, type Task } from '../../models/table.ts';
import { tableToRecords } from '../../models/table-to-records.ts';
import {
  DEFAULT_THRESHOLD,
  type Output,
  type Prediction,
  toPredictions,
} from '../../models/to-prediction.ts';
import type { RunFigures } from '../batching/release-queue.ts';
import { createProblemList, type JsonRecord } from '../records/check-records.ts';
import { checkBatchSize, tooExtreme } from '../records/predict-records.ts';
import {
  type AnswerMeans,
  beginRequest,
  countAnswered,
  endRequest,
  keepAnswers,
  keepFailure,
  type Request,
} from './begin-request.ts';
import type { ServingSlot } from './endpoint-slot.ts';
import type { PredictOptions, PredictTableResult } from './endpoints.ts';

/** As `answerRecords`, for columns; records are made of them only where somebody keeps, repeats or needs them. */
export async function answerTable(
  means: AnswerMeans,
  slot: ServingSlot,
  table: Table,
  options: PredictOptions,
): Promise<PredictTableResult> {
  const { maxBatch } = means.config.limits;
  const request = beginRequest(means, slot, table.rows > maxBatch ? 1 : table.rows, options);
  const { endpoint, release, ids, answeredBy } = request;
  try {
    checkBatchSize(endpoint, table.rows, maxBatch);
    const { task } = release.signature;
    if (task === null) throw withoutTask(endpoint);
    requireValidTable(request, table);
    request.checked = performance.now();
    const computed = await compute(means, request, task, table);
    const width = outputWidth(task);
    const bad = computed.scores.findIndex((score) => !Number.isFinite(score));
    if (bad >= 0) throw tooExtreme(endpoint, Math.floor(bad / width), table.rows, 'answer');
    const { scores, figures, kept } = computed;
    const threshold = release.runtime.threshold ?? DEFAULT_THRESHOLD;
    if (kept) await keepAnswers(means, request, kept.records, kept.answers, figures);
    else countAnswered(means, request, table.rows, figures);
    return { ...answeredBy, scores, width, threshold, ids };
  } catch (error) {
    keepFailure(means, request, table.rows, error);
    throw error;
  } finally {
    endRequest(request);
  }
}

interface Computed {
  scores: Float64Array;
  figures: RunFigures;
  /** Null where nobody is to have the records. */
  kept: { records: readonly JsonRecord[]; answers: readonly Output[] } | null;
}

async function compute(
  { logs }: AnswerMeans,
  { release, limits, chosen }: Request,
  task: Task,
  table: Table,
): Promise<Computed> {
  const { queue, runtime, signature } = release;
  const toRecords = () => tableToRecords(signature.fields, table);
  if (runtime.scoreTable === undefined) {
    const records = toRecords();
    const { answers, figures } = await queue.predict(records, limits);
    const scores = fromPredictions(task, answers as Prediction[]);
    return { scores, figures, kept: { records, answers } };
  }
  const { scores, figures } = await queue.scoreTable(table, limits);
  const { threshold = DEFAULT_THRESHOLD } = runtime;
  const isKept = logs || chosen.shadow !== null;
  const answers = isKept ? toPredictions({ task, threshold }, scores) : [];
  return { scores, figures, kept: isKept ? { records: toRecords(), answers } : null };
}

function requireValidTable({ endpoint, release }: Request, table: Table): void {
  const problems = createProblemList(endpoint, table.rows);
  for (const { row, field, problem } of checkTable(release.signature.fields, table))
    problems.add(row, [{ field, problem }]);
  problems.raise();
}

function withoutTask(endpoint: string): AirworthyError {
  return new AirworthyError('CALL_UNSUITABLE', {
    message: `endpoint "${endpoint}" answers neither classes nor numbers, and so takes no columns`,
  });
}
