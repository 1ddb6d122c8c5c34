import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import type { KeptAnswer } from './answer-cache.ts';
import type { Asked } from './ask-targets.ts';
import { admitCall, endCall, type Going, microsecondsSince } from './begin-call.ts';
import type { CallMeans } from './call-means.ts';
import type { GatewayAnswer, GatewayCall, GatewayRequest } from './gateway.ts';
import type { AnswerText, EndedCall } from './measure-call.ts';
import { readAnswerBody } from './read-answer-body.ts';
import { addressBelow, headersFor, headersOfAnswer, writeBody } from './target-request.ts';

/**
 * Asks whoever is to answer. What becomes of the call is on record in any case.
 *
 * @param keepStream is told all of a stream that was read to its end
 */
export async function answerCall(
  means: CallMeans,
  going: Going,
  keepStream?: (answer: KeptAnswer) => void,
): Promise<GatewayAnswer> {
  try {
    admitCall(means, going);
    const asked = await ask(means, going);
    return await readAnswer(means, going, asked, keepStream);
  } catch (thrown) {
    const error = going.call.signal?.aborted
      ? { code: 'CLIENT_LEFT', message: 'the client left before there was an answer' }
      : toAirworthyError(thrown);
    endCall(means, going, { status: 0, error: { code: error.code, message: error.message } });
    throw thrown;
  }
}

/** An answer that was given before. */
export function answerFromCache(means: CallMeans, going: Going, kept: KeptAnswer): GatewayAnswer {
  const events = kept.headers['content-type']?.startsWith('text/event-stream') ?? false;
  const answer = { text: kept.body.toString('utf8'), events };
  endCall(means, going, { status: kept.status, cached: true, answer });
  return { ...kept, ...namesOf(going), cached: true };
}

function namesOf({ tries, trace, plan }: Going): Pick<GatewayAnswer, 'servedBy' | 'traceId' | 'direct'> {
  return { servedBy: tries.servedBy, traceId: trace.traceId, direct: plan.direct };
}

async function ask({ asker }: CallMeans, { request, call, plan, trace, tries }: Going): Promise<Asked> {
  const deadline = call.timeoutMs === undefined ? undefined : AbortSignal.timeout(call.timeoutMs);
  const signals = [call.signal, deadline].filter((signal) => signal !== undefined);
  const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
  const asking = asker.ask(
    plan,
    {
      address: (target) => addressBelow(target.url, request.path),
      headers: (target) => headersFor(request, call, { target, direct: plan.direct, trace }),
      body: (target, counting) => writeBody(request, { plan, target, counting }),
      ...{ countsStream: isUncounted(request), signal },
    },
    tries,
  );
  return asking.catch((error: unknown) => {
    if (deadline?.aborted && !call.signal?.aborted) throw timedOut(request, call);
    throw error;
  });
}

/** Is this a stream whose counts nobody asked for? */
function isUncounted({ path, body }: GatewayRequest): boolean {
  const options = body?.stream_options as { include_usage?: unknown } | null | undefined;
  return path.endsWith('completions') && body?.stream === true && options?.include_usage !== true;
}

async function readAnswer(
  means: CallMeans,
  going: Going,
  asked: Asked,
  keepStream: ((answer: KeptAnswer) => void) | undefined,
): Promise<GatewayAnswer> {
  const { status } = asked;
  const firstByteUs = microsecondsSince(going.began);
  const headers = headersOfAnswer(asked.headers);
  const body = await readAnswerBody(asked, {
    limits: means.config.limits,
    hasLeft: () => going.call.signal?.aborted === true,
    keepsStream: keepStream !== undefined,
    ended({ stream, answer, error = refusal(status, answer) }) {
      endCall(means, going, { status, answer, firstByteUs, error });
      if (stream !== undefined && error === undefined) keepStream?.({ status, headers, body: stream });
    },
  });
  return { status, headers, body, ...namesOf(going), cached: false };
}

function timedOut({ model }: GatewayRequest, { timeoutMs }: GatewayCall): AirworthyError {
  return new AirworthyError('GATEWAY_TIMED_OUT', {
    message: `${model}: no answer within the ${timeoutMs} ms that the caller waits`,
  });
}

/** What a provider said that did not answer. */
function refusal(status: number, answer: AnswerText | undefined): EndedCall['error'] {
  if (status < 400) return undefined;
  return { code: String(status), message: (answer?.text ?? '').slice(0, 2_000) };
}
