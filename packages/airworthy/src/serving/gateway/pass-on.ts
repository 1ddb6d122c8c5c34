import { AirworthyError } from '../../kernel/errors.ts';
import { type Upstream, UpstreamFailure } from '../../kernel/outbound/upstream.ts';
import { OPENAI_URL } from './config.ts';
import type { ForwardedRequest, GatewayAnswer, GatewayCall } from './gateway.ts';
import { addressBelow, headersOfAnswer, passedHeaders } from './target-request.ts';

/** As long as OpenAI's own clients wait. */
const TIMEOUT_MS = 600_000;

/**
 * Asks the provider that the caller would have asked without us, in its own words and with no key but its own.
 *
 * @throws GATEWAY_UNAVAILABLE, GATEWAY_TIMED_OUT, the signal's reason
 */
export async function passOn(
  upstream: Upstream,
  { method, path, body, headers }: ForwardedRequest,
  { upstream: url = OPENAI_URL, authorization, signal }: GatewayCall,
): Promise<GatewayAnswer> {
  const { 'content-length': length } = headers;
  const response = await upstream
    .request(addressBelow(url, path), {
      ...{ method, body, timeoutMs: TIMEOUT_MS, signal },
      headers: {
        ...passedHeaders(headers),
        ...(typeof length === 'string' ? { 'content-length': length } : {}),
        ...(authorization === undefined ? {} : { authorization }),
      },
    })
    .catch((error: unknown) => {
      if (!(error instanceof UpstreamFailure)) throw error;
      const code = error.timedOut ? 'GATEWAY_TIMED_OUT' : 'GATEWAY_UNAVAILABLE';
      throw new AirworthyError(code, { message: error.message });
    });
  return {
    status: response.statusCode ?? 502,
    headers: headersOfAnswer(response.headers),
    ...{ body: response, servedBy: [], cached: false, traceId: '', direct: true },
  };
}
