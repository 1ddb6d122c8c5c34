import { AirworthyError } from '../../kernel/errors.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { type AnswerMeans, beginRequest, endRequest, keepAnswers, keepFailure } from './begin-request.ts';
import type { ServingSlot } from './endpoint-slot.ts';
import type { InferResult, PredictOptions } from './endpoints.ts';

/** Elements of a request's tensors that the log keeps; of larger ones it keeps the shapes. */
const MOST_LOGGED = 10_000;

/** Tensors in, tensors out; a request is one prediction, whatever its shapes. */
export async function answerTensors(
  means: AnswerMeans,
  slot: ServingSlot,
  inputs: readonly Tensor[],
  options: PredictOptions,
): Promise<InferResult> {
  const request = beginRequest(means, slot, 1, options);
  const { endpoint, release, ids, limits, answeredBy } = request;
  try {
    if (release.runtime.infer === undefined)
      throw new AirworthyError('CALL_UNSUITABLE', {
        message: `endpoint "${endpoint}" takes records, not tensors`,
      });
    request.checked = performance.now();
    const { outputs, figures } = await release.queue.infer(inputs, limits);
    await keepAnswers(means, request, [asJson(inputs)], [{ output: asJson(outputs) }], figures);
    return { ...answeredBy, outputs, ids };
  } catch (error) {
    keepFailure(means, request, 1, error);
    throw error;
  } finally {
    endRequest(request);
  }
}

/** Tensors by name, with their elements where these are few. */
function asJson(tensors: readonly Tensor[]): Record<string, unknown> {
  const elements = tensors.reduce((sum, { data }) => sum + data.length, 0);
  const shown = tensors.map(({ name, datatype, shape, data }) => {
    const values = elements <= MOST_LOGGED ? { data: Array.from(data, showElement) } : {};
    return [name, { datatype, shape, ...values }] as const;
  });
  return Object.fromEntries(shown);
}

/** JSON has neither 64-bit integers nor NaN: such elements are kept as text. */
function showElement(element: number | bigint | Buffer): unknown {
  if (typeof element === 'number') return Number.isFinite(element) ? element : String(element);
  return typeof element === 'bigint' ? String(element) : element.toString('utf8');
}
