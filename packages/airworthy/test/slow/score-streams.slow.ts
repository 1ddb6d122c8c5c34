import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '../../src/kernel/logger.ts';
import { createEndpoints } from '../../src/serving/endpoints/create-endpoints.ts';
import { ServingConfig } from '../../src/serving/schema.ts';
import { followStream } from '../../src/serving/scoring/follow/follow-stream.ts';
import { followKafka, openKafkaSink } from '../../src/serving/scoring/follow/kafka-stream.ts';
import { followNats, openNatsSink } from '../../src/serving/scoring/follow/nats-stream.ts';
import type { MessageSink, MessageSource } from '../../src/serving/scoring/follow/stream.ts';
import { FLIGHT, flightModel, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import { testContext } from '../test-context.ts';
import { startKafka, startNats } from './stream-brokers.ts';

const NATS = process.env.AIRWORTHY_TEST_NATS_SERVER;
const KAFKA = process.env.AIRWORTHY_TEST_KAFKA;
const COUNT = 300;
const POISON = 17;

/** What every door of one broker does. */
interface Doors {
  source(): Promise<MessageSource>;
  answers(): Promise<MessageSink>;
  rejected(): Promise<MessageSink>;
  publish(texts: readonly string[]): Promise<void>;
  /** All messages of the answers' topic or stream: id and text. */
  answered(): Promise<{ id: string; text: string }[]>;
  aside(): Promise<{ id: string; text: string }[]>;
}

/** Follows until so many messages are done, or one dies: killed between the answers and their commit. */
async function follow(
  doors: Doors,
  answer: (record: unknown, id: string) => Promise<Record<string, unknown>>,
  { until, diesAfter }: { until: number; diesAfter?: number },
): Promise<number> {
  const [source, answers, rejected] = [await doors.source(), await doors.answers(), await doors.rejected()];
  const stop = new AbortController();
  let done = 0;
  const dying: MessageSource = {
    ...source,
    async commit() {
      if (diesAfter !== undefined && done >= diesAfter) throw new Error('killed');
      await source.commit();
    },
  };
  await followStream({
    ...{ source: dying, answers, rejected, answer, keep: [], names: [], log: createLogger('silent') },
    signal: stop.signal,
    onBatch(counts) {
      done = counts.answered + counts.rejected;
      if (done >= until) stop.abort();
    },
  }).catch((error: Error) => assert.equal(error.message, 'killed'));
  for (const each of [source, answers, rejected]) await each.close();
  return done;
}

async function tellsNothingTwice(doors: Doors): Promise<void> {
  await using context = testContext();
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  await endpoints.deploy('e', await writeRelease(context, flightModel()));
  await doors.publish(
    Array.from({ length: COUNT }, (_, row) =>
      JSON.stringify({ ...FLIGHT, distance: row === POISON ? -1 : row + 1 }),
    ),
  );
  const answer = async (record: unknown, id: string) => {
    const { predictions } = await endpoints.predict('e', [record], { traceId: id });
    return { ...predictions[0] };
  };
  const first = await follow(doors, answer, { until: COUNT, diesAfter: 100 });
  assert.ok(first >= 100 && first < COUNT, `killed after ${first}`);
  await follow(doors, answer, { until: COUNT - first });
  const answered = await doors.answered();
  const ids = new Set(answered.map(({ id }) => id));
  assert.equal(ids.size, COUNT - 1);
  const byId = Map.groupBy(answered, ({ id }) => id);
  for (const copies of byId.values()) assert.equal(new Set(copies.map(({ text }) => text)).size, 1);
  const aside = await doors.aside();
  assert.deepEqual(JSON.parse(aside[0].text).problems, [
    { path: 'distance', problem: 'must be at least 1 miles, got -1' },
  ]);
  await endpoints.flush();
  const rows = await context.store.database.sql.selectFrom('prediction').select('id').execute();
  assert.deepEqual(rows.map(({ id }) => id).sort(), [...ids].sort());
  await endpoints.close();
}

test('NATS JetStream: killed and delivered again, nothing is lost and nothing told twice', {
  skip: NATS === undefined && 'AIRWORTHY_TEST_NATS_SERVER names no nats-server',
  timeout: 120_000,
}, async () => {
  await using broker = await startNats(NATS as string);
  const { connect } = await import('@nats-io/transport-node');
  const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
  const connection = await connect({ servers: broker.host });
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'FLIGHTS', subjects: ['flights.>'] });
  await manager.streams.add({ name: 'SCORES', subjects: ['scores', 'scores.rejected'] });
  const url = (path: string) => new URL(`nats://${broker.host}/${path}`);
  const read = async (subject: string) => {
    const found: { id: string; text: string }[] = [];
    const consumer = await jetstream(connection).consumers.get('SCORES', { filter_subjects: subject });
    const { num_pending: pending } = await consumer.info();
    if (pending === 0) return found;
    for await (const message of await consumer.fetch({ max_messages: pending }))
      found.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', text: message.string() });
    return found;
  };
  await tellsNothingTwice({
    // Redelivered at once to the next one: the killed one's messages are not waited for.
    source: () => followNats(url('FLIGHTS?subject=flights.>'), 'scorer', 1_000),
    answers: () => openNatsSink(url('scores')),
    rejected: () => openNatsSink(url('scores.rejected')),
    async publish(texts) {
      for (const text of texts) await jetstream(connection).publish('flights.new', text);
    },
    answered: () => read('scores'),
    aside: () => read('scores.rejected'),
  });
  // Within the stream's window the server itself drops what is published again.
  assert.equal((await read('scores')).length, COUNT - 1);
  await connection.close();
});

test('Kafka: killed and delivered again, nothing is lost and each id has one answer', {
  skip: KAFKA === undefined && 'AIRWORTHY_TEST_KAFKA names no folder of Kafka’s jars',
  timeout: 180_000,
}, async () => {
  await using broker = await startKafka(KAFKA as string);
  const { Admin, Consumer, Producer } = await import('@platformatic/kafka');
  const base = { clientId: 'test', bootstrapBrokers: [broker.host] };
  const admin = new Admin(base);
  await admin.createTopics({ topics: ['flights', 'scores', 'scores.rejected'], partitions: 2, replicas: 1 });
  const url = (path: string) => new URL(`kafka://${broker.host}/${path}`);
  const read = async (topic: string, atLeast: number) => {
    const consumer = new Consumer({ ...base, groupId: `read-${topic}` });
    const stream = await consumer.consume({ topics: [topic], autocommit: false, mode: 'earliest' });
    const found: { id: string; text: string }[] = [];
    for await (const { key, value } of stream) {
      found.push({ id: key.toString(), text: value.toString() });
      if (new Set(found.map(({ id }) => id)).size >= atLeast) break;
    }
    await consumer.close(true);
    return found;
  };
  await tellsNothingTwice({
    source: () => followKafka(url('flights?group=scorer'), 'scorer'),
    answers: () => openKafkaSink(url('scores')),
    rejected: () => openKafkaSink(url('scores.rejected')),
    async publish(texts) {
      const producer = new Producer(base);
      await producer.send({
        messages: texts.map((text, index) => ({
          topic: 'flights',
          key: Buffer.from(String(index)),
          value: Buffer.from(text),
        })),
      });
      await producer.close();
    },
    answered: () => read('scores', COUNT - 1),
    aside: () => read('scores.rejected', 1),
  });
  await admin.close();
});
