import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { GatewayAnswer, JsonObject } from './gateway.ts';

/**
 * The chunks of a streamed answer, as they come.
 *
 * @throws GATEWAY_UNAVAILABLE where the stream says that it failed, or is none
 */
export async function* readEvents(body: GatewayAnswer['body']): AsyncGenerator<JsonObject> {
  let events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  for await (const bytes of Buffer.isBuffer(body) ? [body] : (body as AsyncIterable<Buffer>)) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    const arrived = events;
    events = [];
    for (const { data } of arrived) {
      // Read to its end all the same: what breaks off is a call that nobody finished.
      if (data !== '[DONE]') yield readChunk(data);
    }
  }
}

function readChunk(data: string): JsonObject {
  const chunk = parseJson(data) as (JsonObject & { error?: { message?: string } }) | undefined;
  if (typeof chunk === 'object' && chunk !== null && chunk.error === undefined) return chunk;
  throw new AirworthyError('GATEWAY_UNAVAILABLE', {
    message: `the stream ended with an error: ${chunk?.error?.message ?? data.slice(0, 200)}`,
  });
}
