import type { JsonRecord } from '../records/check-records.ts';
import { checkBatchSize, requireFinite, requireValid } from '../records/predict-records.ts';
import { type AnswerMeans, beginRequest, endRequest, keepAnswers, keepFailure } from './begin-request.ts';
import type { ServingSlot } from './endpoint-slot.ts';
import type { PredictOptions, PredictResult } from './endpoints.ts';
import { explainerOf } from './explain-records.ts';
import type { ServedRelease } from './served-release.ts';

/** Checks, computes, names and logs a request's records. */
export async function answerRecords(
  means: AnswerMeans,
  slot: ServingSlot,
  values: readonly unknown[],
  options: PredictOptions,
): Promise<PredictResult> {
  const { maxBatch } = means.config.limits;
  // Of too many, which are refused, none but the first is named.
  const request = beginRequest(means, slot, values.length > maxBatch ? 1 : values.length, options);
  const { endpoint, release, ids, limits, answeredBy } = request;
  try {
    checkBatchSize(endpoint, values.length, maxBatch);
    const records = await readRecords(endpoint, release, values);
    request.checked = performance.now();
    const { answers, figures } = await release.queue.predict(records, limits);
    await requireFinite(endpoint, answers);
    const explained = options.explain ? await explain(means, endpoint, release, records) : undefined;
    await keepAnswers(means, request, records, answers, figures);
    const result = { ...answeredBy, predictions: answers, ids };
    return explained ? { ...result, explanations: explained } : result;
  } catch (error) {
    keepFailure(means, request, values.length, error);
    throw error;
  } finally {
    endRequest(request);
  }
}

async function explain(
  { context, config }: AnswerMeans,
  endpoint: string,
  release: ServedRelease,
  records: readonly JsonRecord[],
) {
  const explainer = await explainerOf(context, endpoint, release);
  return explainer(endpoint, records, config.explain.budgetMs);
}

/** What was sent with its defaults filled in. @throws RECORD_INVALID */
export function readRecords(
  endpoint: string,
  { fillDefaults, check }: ServedRelease,
  values: readonly unknown[],
): Promise<readonly JsonRecord[]> {
  return requireValid(endpoint, check, fillDefaults ? values.map(fillDefaults) : values);
}
