import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Assistant, openAssistant } from '../assistant.ts';
import { type RunningServer, serveAssistant } from './serve-assistant.ts';
import type { ServerMessage } from './server-message.ts';

let folder: string;
let assistant: Assistant;
let server: RunningServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assistant-'));
  assistant = await openAssistant({ folder, env: {}, config: { planner: 'templates' }, textOnly: true });
  server = await serveAssistant(assistant, { port: 0 });
});

after(async () => {
  await server.close();
  await assistant.close();
  await rm(folder, { recursive: true });
});

/** A page without a browser. */
function openPage(headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/listen`, { headers });
  const messages: ServerMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)) as ServerMessage);
    for (const look of waiting) look();
  });
  async function next<Type extends ServerMessage['type']>(type: Type) {
    const find = () => messages.findIndex((message) => message.type === type);
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (find() !== -1) resolve();
    };
    waiting.add(look);
    look();
    await promise;
    waiting.delete(look);
    return messages.splice(find(), 1)[0] as Extract<ServerMessage, { type: Type }>;
  }
  return { socket, next, send: (message: object) => socket.send(JSON.stringify(message)) };
}

test('a page says what it wants, and sees the turn as it runs', async () => {
  const page = openPage();
  const ready = await page.next('ready');
  assert.deepEqual([ready.hears, ready.speaks, ready.wakePhrase], [false, false, null]);
  page.send({ type: 'say', text: 'Turn on the kitchen light' });
  const { turn } = await page.next('turn');
  const { result } = await page.next('result');
  assert.equal(result.traceId, turn);
  assert.equal(result.outcome, 'done');
  assert.equal((await page.next('stage')).timing.stage, 'nlu');
  page.send({ type: 'judge', turn, value: 'up' });
  assert.deepEqual(await page.next('judged'), { type: 'judged', turn, value: 'up', known: true });
  page.socket.close();
});

test('several pages each have their own turns and questions', async () => {
  const [one, other] = [openPage(), openPage()];
  await Promise.all([one.next('ready'), other.next('ready')]);
  one.send({ type: 'say', text: 'clear the shopping list' });
  assert.equal((await one.next('result')).result.outcome, 'asks-first');
  other.send({ type: 'say', text: 'yes' });
  assert.notEqual((await other.next('result')).result.outcome, 'done');
  one.socket.close();
  other.socket.close();
});

test('what is no message is refused in words, and the page goes on', async () => {
  const page = openPage();
  await page.next('ready');
  for (const bad of [
    '{',
    '[]',
    '{"type":"sing"}',
    '{"type":"say"}',
    '{"type":"judge","turn":"x","value":5}',
  ]) {
    page.socket.send(bad);
    assert.equal((await page.next('error')).code, 'bad-message', bad);
  }
  page.socket.send(Buffer.alloc(3));
  assert.equal((await page.next('error')).code, 'bad-frame');
  page.send({ type: 'speak-as', profile: 'nobody' });
  assert.equal((await page.next('error')).code, 'no-profile');
  page.send({ type: 'begin', mode: 'hands-free' });
  assert.equal((await page.next('error')).code, 'no-wake-word');
  page.send({ type: 'begin', mode: 'button' });
  const { result } = await page.next('result');
  assert.deepEqual([result.outcome, result.failure?.code], ['failed', 'unavailable']);
  page.socket.close();
});

test('hands-free that is asked for again and again starts one listener, and leaves none behind', async () => {
  let [open, most] = [0, 0];
  const wakeWord = {
    phrase: 'hello house',
    async open() {
      most = Math.max(most, ++open);
      await sleep(1);
      return { threshold: 1, write: () => {}, close: () => void open-- };
    },
  };
  const parts = { ...assistant.parts, ears: {} as NonNullable<Assistant['parts']['ears']> };
  const hearing = await serveAssistant({ ...assistant, parts, wakeWord }, { port: 0 });
  const socket = new WebSocket(`${hearing.url.replace('http', 'ws')}/listen`);
  await once(socket, 'open');
  for (let time = 0; time < 200; time++) socket.send(JSON.stringify({ type: 'begin', mode: 'hands-free' }));
  await sleep(100);
  assert.deepEqual([open, most], [1, 1]);
  socket.send(JSON.stringify({ type: 'begin', mode: 'hands-free' }));
  socket.close();
  await once(socket, 'close');
  await sleep(50);
  await hearing.close();
  assert.equal(open, 0);
});

test('a message that is too large ends the page, not the server', async () => {
  const page = openPage();
  await page.next('ready');
  page.socket.send(Buffer.alloc(100_000));
  const [code] = await once(page.socket, 'close');
  assert.equal(code, 1009);
});

test('pages of other sites, and other names for this machine, are refused', async () => {
  for (const headers of [{ origin: 'https://example.com' }, { host: 'assistant.example.com' }]) {
    const { socket } = openPage(headers);
    socket.on('error', () => {});
    const [, response] = await once(socket, 'unexpected-response');
    assert.equal(response.statusCode, 403);
    response.resume();
  }
  const strange = await fetch(`${server.url}/../../package.json`);
  assert.equal(strange.status, 404);
  assert.match((await fetch(server.url)).headers.get('content-security-policy') ?? '', /default-src 'none'/);
});
