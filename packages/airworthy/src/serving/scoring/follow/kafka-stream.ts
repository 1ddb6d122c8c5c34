import type { Message } from '@platformatic/kafka';
import { AirworthyError } from '../../../kernel/errors.ts';
import { sha256 } from '../../../kernel/ids.ts';
import { readyBatches } from './ready-batches.ts';
import { type MessageSink, type MessageSource, MOST_MESSAGES, type StreamMessage } from './stream.ts';

/** Says who we are to the brokers. */
const CLIENT = 'airworthy';

/**
 * Messages of a topic: `kafka://broker:9092/flights?group=scorer`; from its start where the group is new. The group's
 * offsets are committed at the brokers.
 *
 * @throws STREAM_UNAVAILABLE
 */
export async function followKafka(address: URL, group: string): Promise<MessageSource> {
  const { Consumer } = await import('@platformatic/kafka');
  const topic = topicOf(address);
  const consumer = new Consumer({
    clientId: CLIENT,
    bootstrapBrokers: brokersOf(address),
    groupId: address.searchParams.get('group') ?? group,
    ...signInOf(address),
  });
  const stream = await attempt(address, () =>
    consumer.consume({
      topics: [topic],
      autocommit: false,
      mode: 'committed',
      fallbackMode: 'earliest',
      maxWaitTime: 500,
    }),
  );
  let given: readonly Message[] = [];
  return {
    async *batches(signal) {
      for await (const batch of readyBatches<Message>(stream, MOST_MESSAGES, signal)) {
        given = batch;
        yield batch.map(read);
      }
    },
    async commit() {
      const last = new Map(given.map((message) => [message.partition, message]));
      await attempt(address, async () => {
        for (const message of last.values()) await message.commit();
      });
    },
    async close() {
      await stream.close();
      await consumer.close(true);
    },
  };
}

function read({ topic, partition, offset, timestamp, value }: Message): StreamMessage {
  const id = sha256(`kafka/${topic}/${partition}/${offset}/${timestamp}`).slice(0, 32);
  return { id, bytes: value ?? Buffer.alloc(0), place: `${topic}, partition ${partition}, offset ${offset}` };
}

/**
 * Writes to a topic: `kafka://broker:9092/scores`. The id is the message's key, so that one written again is the same to
 * a compacted topic and to who reads it.
 */
export async function openKafkaSink(address: URL): Promise<MessageSink> {
  const { Producer } = await import('@platformatic/kafka');
  const topic = topicOf(address);
  const producer = new Producer({
    clientId: CLIENT,
    bootstrapBrokers: brokersOf(address),
    autocreateTopics: true,
    idempotent: true,
    ...signInOf(address),
  });
  return {
    async write(lines) {
      const messages = lines.map(({ id, text }) => ({
        topic,
        key: Buffer.from(id),
        value: Buffer.from(text),
      }));
      await attempt(address, () => producer.send({ messages, acks: ALL }));
    },
    close: () => producer.close(),
  };
}

/** Every replica in sync has it. */
const ALL = -1;

/** More brokers to begin with may be named: `kafka://one:9092/topic?broker=two:9092`. */
function brokersOf({ host, searchParams }: URL): string[] {
  return [host, ...searchParams.getAll('broker')];
}

function signInOf({ username, password }: URL) {
  if (username === '') return {};
  return {
    sasl: {
      mechanism: 'PLAIN' as const,
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    },
  };
}

function topicOf(address: URL): string {
  const topic = decodeURIComponent(address.pathname.slice(1));
  if (topic !== '' && !topic.includes('/')) return topic;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `kafka://${address.host}${address.pathname} names a topic after the brokers: kafka://${address.host}/TOPIC`,
  });
}

async function attempt<Result>({ host }: URL, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new AirworthyError('STREAM_UNAVAILABLE', {
      message: `Kafka at ${host}: ${firstReason(cause)}`,
      cause,
    });
  }
}

/** The client wraps what failed in one error a layer and try. */
function firstReason(error: unknown): string {
  const { errors, message } = error as { errors?: unknown[]; message: string };
  return errors?.[0] === undefined ? message : firstReason(errors[0]);
}
