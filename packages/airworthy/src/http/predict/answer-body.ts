import type { PredictResult } from '../../serving/index.ts';

/** What is said beside the predictions. */
export function answerHeaders(answer: PredictResult): Record<string, string | number> {
  const { ids, modelVersion, arm, replayed } = answer;
  const headers: Record<string, string | number> = {
    'x-airworthy-prediction-id': ids[0],
    'x-airworthy-model-version': modelVersion,
    'x-airworthy-arm': arm,
  };
  if (replayed) headers['idempotency-replayed'] = 'true';
  return headers;
}

/** One record's prediction by itself, those of a list in a list. */
export function toBody(answer: PredictResult, isList: boolean): object {
  const { predictions, ids, explanations, model, modelVersion: version } = answer;
  const answers = predictions.map((prediction, index) => ({
    ...prediction,
    predictionId: ids[index],
    ...(explanations ? { explanation: explanations[index] } : {}),
  }));
  return isList ? { predictions: answers, model, version } : { ...answers[0], model, version };
}
