import { AirworthyError } from '../../kernel/errors.ts';
import type { FreeOutput } from '../../models/to-prediction.ts';
import type { JsonRecord } from '../records/check-records.ts';
import type { GeneratedPiece } from '../runtimes/runtime.ts';
import { readRecords } from './answer-records.ts';
import {
  type AnswerMeans,
  beginRequest,
  endRequest,
  keepAnswers,
  keepFailure,
  type Request,
} from './begin-request.ts';
import type { ServingSlot } from './endpoint-slot.ts';
import type { GenerateResult, PredictOptions } from './endpoints.ts';

/** Text as it is made. The release is held, and the prediction logged, until the last piece has been taken. */
export async function answerGenerated(
  means: AnswerMeans,
  slot: ServingSlot,
  value: unknown,
  options: PredictOptions,
): Promise<GenerateResult> {
  const request = beginRequest(means, slot, 1, options);
  const { endpoint, release, limits, answeredBy, ids } = request;
  try {
    const { runtime } = release;
    if (runtime.generate === undefined)
      throw new AirworthyError('CALL_UNSUITABLE', {
        message: `endpoint "${endpoint}" makes no text piece by piece`,
      });
    const [record] = await readRecords(endpoint, release, [value]);
    request.checked = performance.now();
    const pieces = runtime.generate(record, limits)[Symbol.asyncIterator]();
    // What fails before the first piece fails the call, so that doors can still answer with a status.
    const first = await pieces.next();
    return { ...answeredBy, pieces: streamPieces(means, request, record, first, pieces), id: ids[0] };
  } catch (error) {
    keepFailure(means, request, 1, error);
    endRequest(request);
    throw error;
  }
}

async function* streamPieces(
  means: AnswerMeans,
  request: Request,
  record: JsonRecord,
  first: IteratorResult<GeneratedPiece>,
  pieces: AsyncIterator<GeneratedPiece>,
): AsyncGenerator<GeneratedPiece> {
  const whole: FreeOutput & { output: string } = { output: '' };
  let ended = false;
  try {
    for (let next = first; !next.done; next = await pieces.next()) {
      addPiece(whole, next.value);
      yield next.value;
    }
    ended = true;
    const inferUs = (performance.now() - request.checked) * 1_000;
    await keepAnswers(means, request, [record], [whole], { queueUs: 0, inferUs, batch: 1 });
  } catch (error) {
    ended = true;
    keepFailure(means, request, 1, error);
    throw error;
  } finally {
    if (!ended) {
      await pieces.return?.();
      keepFailure(means, request, 1, abandoned());
    }
    endRequest(request);
  }
}

/** Text and refusal come bit by bit, what they cost with the last. */
function addPiece(whole: FreeOutput & { output: string }, { text, refusal, cost }: GeneratedPiece): void {
  whole.output += text;
  if (refusal !== undefined) whole.refusal = (whole.refusal ?? '') + refusal;
  if (cost !== undefined) whole.cost = cost;
}

function abandoned(): AirworthyError {
  return new AirworthyError('REQUEST_ABANDONED', { message: 'the reader left before the last piece' });
}
