import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import type { LiveMessage } from '../api/schema.ts';
import type { DoorDependencies } from '../door.ts';
import { gatherTopics } from './gather-topics.ts';
import { followTopics } from './topics.ts';

/** At most four messages a second. */
const PAUSE_MS = 250;
const HEARTBEAT_MS = 15_000;
const MOST_LISTENERS = 100;
/** A listener that has read so little of what it was sent is cut off; it connects again and reads anew. */
const MOST_UNREAD_BYTES = 64 << 10;
/** After which a browser connects again, in ms. */
const RETRY_MS = 2_000;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that gather answers would hold the events back.
  'x-accel-buffering': 'no',
};

/**
 * `GET /api/v1/live`: server-sent events. `changed` names the topics that changed; what they are now is asked for as
 * usual. `heartbeat` comes at once and then every 15 seconds. Ends when the server begins to close.
 */
export function liveDoor(server: FastifyInstance, { context, draining }: DoorDependencies): void {
  const listeners = new Set<ServerResponse>();
  const tellAll = (text: string) => {
    for (const listener of listeners) send(listener, text);
  };
  const gatherer = gatherTopics(PAUSE_MS, (topics) => {
    tellAll(eventText('changed', { topics } satisfies LiveMessage));
  });
  const heartbeat = setInterval(() => tellAll(heartbeatText(context.clock.now())), HEARTBEAT_MS).unref();
  const unfollow = followTopics(context.events, gatherer.add);
  draining.addEventListener('abort', () => {
    clearInterval(heartbeat);
    unfollow();
    gatherer.close();
    for (const listener of listeners) listener.end();
  });

  server.get('/api/v1/live', async (_request, reply) => {
    if (listeners.size >= MOST_LISTENERS || draining.aborted) {
      throw new AirworthyError('LISTENERS_FULL', {
        message: draining.aborted
          ? 'the server is closing'
          : `${MOST_LISTENERS} pages and programs listen already`,
      });
    }
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, HEADERS);
    listeners.add(raw);
    raw.once('close', () => listeners.delete(raw));
    send(raw, `retry: ${RETRY_MS}\n\n${heartbeatText(context.clock.now())}`);
  });
}

function send(listener: ServerResponse, text: string): void {
  if (listener.writableLength > MOST_UNREAD_BYTES) listener.destroy();
  else listener.write(text);
}

function heartbeatText(now: number): string {
  return eventText('heartbeat', { at: now });
}

function eventText(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
