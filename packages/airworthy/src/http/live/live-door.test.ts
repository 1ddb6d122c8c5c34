import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startServer, type TestServer } from '../testing/start-server.ts';
import { gatherTopics } from './gather-topics.ts';

const ALERT = { alert: 'a', endpoint: 'flight-delays', tier: 'page', state: 'open' } as const;

interface Listener {
  /** What came so far. */
  text(): string;
  /** The topics of each `changed`. */
  changes(): string[][];
  ended: Promise<void>;
  stop(): void;
}

function listen(
  { port }: TestServer,
  headers: Record<string, string> = {},
): Promise<Listener & { answer: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, path: '/api/v1/live', headers, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      resolve({
        answer,
        text: () => text,
        changes: () =>
          [...text.matchAll(/event: changed\ndata: (.*)\n\n/g)].map(([, data]) => JSON.parse(data).topics),
        ended: new Promise((end) => answer.once('close', () => end())),
        stop: () => asked.destroy(),
      });
    });
    asked.on('error', reject);
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    assert.ok(waited < 5_000, 'it did not happen within five seconds');
    await pause(5);
  }
}

test('a change is told by topic at once, and a heartbeat comes first', async () => {
  await using running = await startServer();
  const listener = await listen(running);
  assert.equal(listener.answer.headers['content-type'], 'text/event-stream; charset=utf-8');
  await until(() => listener.text().includes('event: heartbeat\ndata: {"at":'));
  running.context.events.emit('alert.changed', ALERT);
  await until(() => listener.changes().length === 1);
  assert.deepEqual(listener.changes(), [['alerts']]);
  listener.stop();
});

test('a thousand events are a few messages, each topic once in each', async () => {
  await using running = await startServer();
  const listener = await listen(running);
  await until(() => listener.text() !== '');
  for (let index = 0; index < 1_000; index++) {
    running.context.events.emit('alert.changed', ALERT);
    running.context.events.emit('labels.recorded', { endpoint: 'flight-delays', labels: index });
  }
  await until(() => listener.changes().length === 2);
  await pause(300);
  assert.deepEqual(listener.changes(), [['alerts'], ['labels', 'alerts']]);
  listener.stop();
});

test('beyond a hundred listeners there is a typed refusal, and room again when one leaves', async () => {
  await using running = await startServer();
  const listeners = await Promise.all(Array.from({ length: 100 }, () => listen(running)));
  const refused = await running.send('GET', '/api/v1/live');
  assert.equal(refused.status, 503);
  assert.equal((refused.json().error as { code: string }).code, 'LISTENERS_FULL');
  listeners[0].stop();
  await pause(50);
  const late = await listen(running);
  assert.equal(late.answer.statusCode, 200);
  for (const listener of [...listeners, late]) listener.stop();
});

test('a server that closes ends its listeners and does not wait for them', async () => {
  const running = await startServer();
  const listener = await listen(running);
  const began = performance.now();
  await running[Symbol.asyncDispose]();
  await listener.ended;
  assert.ok(performance.now() - began < 4_000);
});

test('who lacks the token hears nothing', async () => {
  await using running = await startServer({ token: 'secret' });
  assert.equal((await listen(running)).answer.statusCode, 401);
  const listener = await listen(running, { authorization: 'Bearer secret' });
  assert.equal(listener.answer.statusCode, 200);
  listener.stop();
});

test('what is gathered is passed on once a pause, and forgotten when closed', async () => {
  const told: string[][] = [];
  const gatherer = gatherTopics(20, (topics) => told.push(topics));
  gatherer.add(['runs']);
  gatherer.add(['alerts']);
  gatherer.add(['runs', 'alerts']);
  await pause(60);
  assert.deepEqual(told, [['runs'], ['alerts', 'runs']]);
  gatherer.add(['models']);
  gatherer.add(['models']);
  gatherer.close();
  await pause(40);
  assert.equal(told.length, 3);
});
