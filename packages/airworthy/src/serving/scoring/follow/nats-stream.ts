import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { AirworthyError } from '../../../kernel/errors.ts';
import { sha256 } from '../../../kernel/ids.ts';
import { readyBatches } from './ready-batches.ts';
import { type MessageSink, type MessageSource, MOST_MESSAGES, type StreamMessage } from './stream.ts';

/** How long one may be at work on a message before the server delivers it again, in ms. */
const ACK_WAIT = 60_000;

/**
 * Messages of a JetStream stream: `nats://host:4222/STREAM?subject=flights.>&durable=scorer`. The durable consumer is
 * made where there is none; it remembers at the server what was acknowledged.
 *
 * @throws STREAM_UNAVAILABLE
 */
export async function followNats(
  address: URL,
  durable: string,
  ackWaitMs = ACK_WAIT,
): Promise<MessageSource> {
  const [connection, { AckPolicy, jetstream, jetstreamManager }] = await connect(address);
  const stream = nameIn(address, 'a stream');
  const subject = address.searchParams.get('subject');
  const name = address.searchParams.get('durable') ?? durable;
  let given: readonly JsMsg[] = [];
  const messages = await attempt(address, async () => {
    const manager = await jetstreamManager(connection);
    await manager.consumers.add(stream, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ackWaitMs * 1_000_000,
      ...(subject === null ? {} : { filter_subject: subject }),
    });
    const consumer = await jetstream(connection).consumers.get(stream, name);
    return consumer.consume({ max_messages: MOST_MESSAGES });
  });
  return {
    async *batches(signal) {
      for await (const batch of readyBatches(messages, MOST_MESSAGES, signal)) {
        given = batch;
        yield batch.map((message) => read(stream, message));
      }
    },
    async commit() {
      await Promise.all(given.map((message) => message.ackAck()));
    },
    async close() {
      // Not waited for: that ends only once somebody has taken the messages that were sent ahead.
      void messages.close();
      await connection.close();
    },
  };
}

function read(stream: string, { seq, info, data, subject }: JsMsg): StreamMessage {
  const id = sha256(`nats/${stream}/${seq}/${info.timestampNanos}`).slice(0, 32);
  return { id, bytes: data, place: `${subject}, sequence ${seq}` };
}

/**
 * Publishes to a subject of a JetStream stream: `nats://host:4222/scores`. The id goes along as the message's own, by
 * which the server drops one that is published again within the stream's window.
 */
export async function openNatsSink(address: URL): Promise<MessageSink> {
  const [connection, { jetstream }] = await connect(address);
  const subject = nameIn(address, 'a subject');
  const js = jetstream(connection);
  return {
    async write(lines) {
      await attempt(address, () =>
        Promise.all(lines.map(({ id, text }) => js.publish(subject, text, { msgID: id }))),
      );
    },
    close: () => connection.close(),
  };
}

async function connect(address: URL): Promise<[NatsConnection, typeof import('@nats-io/jetstream')]> {
  const [transport, jetstream] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]);
  const { username, password, host } = address;
  const signIn =
    password === ''
      ? username === ''
        ? {}
        : { token: decodeURIComponent(username) }
      : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const connection = await attempt(address, () =>
    transport.connect({ servers: host, maxReconnectAttempts: -1, ...signIn }),
  );
  return [connection, jetstream];
}

function nameIn(address: URL, what: string): string {
  const name = decodeURIComponent(address.pathname.slice(1));
  if (name !== '' && !name.includes('/')) return name;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${address.protocol}//${address.host}${address.pathname} names ${what} after the host: ${address.protocol}//${address.host}/NAME`,
  });
}

async function attempt<Result>({ host }: URL, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new AirworthyError('STREAM_UNAVAILABLE', {
      message: `NATS at ${host}: ${(cause as Error).message}`,
      cause,
    });
  }
}
