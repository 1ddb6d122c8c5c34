import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import type { Context } from '../../store/ports.ts';
import type { ModelRequest } from '../tasks/task.ts';
import { type StubAnswer, startStubModel } from '../testing/stub-model.ts';
import { listCachedCalls } from './call-store.ts';
import { createModelCaller, type ModelCallerOptions } from './create-model-caller.ts';
import { startDeadline } from './deadline.ts';
import { systemTime } from './timekeeping.ts';

/** Waits between tries are a hundred times shorter. */
const time = { ...systemTime, after: (ms: number, then: () => void) => systemTime.after(ms / 100, then) };
const DEFAULTS: ModelCallerOptions = {
  cache: 'off',
  seed: 1,
  concurrency: 8,
  env: { KEY: 'sk-secret' },
  time,
};

const caller = (context: Context, options: Partial<ModelCallerOptions> = {}) =>
  createModelCaller(context, { ...DEFAULTS, ...options });

function chat(endpoint: string, content: string, more: Record<string, unknown> = {}): ModelRequest {
  const body = { model: 'm', messages: [{ role: 'user', content }], ...more };
  return { endpoint, path: 'chat/completions', model: 'm', body };
}

const textOf = (body: unknown) =>
  (body as { choices: { message: { content: string } }[] }).choices[0].message.content;

test('a call carries its key, and says what it took', async () => {
  await using context = testContext();
  await using stub = await startStubModel('Paris');
  const models = await caller(context, { prices: { m: { input: 1, output: 2 } } });
  const bound = models.bind({ trial: 0 });
  const response = await bound.call({ ...chat(stub.endpoint, 'capital?'), keyVariable: 'KEY' });
  assert.equal(textOf(response.body), 'Paris');
  assert.deepEqual(response.usage, { inputTokens: 10, outputTokens: 5, cost: 0.00002 });
  assert.equal(stub.requests[0].headers.authorization, 'Bearer sk-secret');
  assert.equal(stub.requests[0].path, '/v1/chat/completions');
  assert.deepEqual([bound.calls.length, bound.calls[0].cached, models.spent().requests], [1, false, 1]);
  await assert.rejects(bound.call({ ...chat(stub.endpoint, 'x'), keyVariable: 'NONE' }), {
    code: 'MODEL_KEY_MISSING',
  });
  await models.close();
});

test('429, 5xx and broken connections are tried again; a refusal, prose and a bad answer are not', async () => {
  await using context = testContext();
  const faults: StubAnswer[] = [
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503, headers: { 'retry-after': new Date(Date.now() - 1).toUTCString() } },
    { fault: 'reset' },
    { content: 'x'.repeat(999), fault: 'half' },
  ];
  await using stub = await startStubModel(({ number }) => faults[number] ?? 'at last');
  const models = await caller(context);
  const response = await models.call(chat(stub.endpoint, 'go'));
  assert.deepEqual([textOf(response.body), response.attempts], ['at last', 5]);
  const refused: [StubAnswer, string, RegExp][] = [
    [
      { status: 401, content: 'bad key sk-abcdefghijklmnopqrstuvwxyz012345' },
      'MODEL_CALL_REFUSED',
      /HTTP 401: bad key <\w+_1>/,
    ],
    [{ raw: '<html>' }, 'MODEL_ANSWER_INVALID', /not JSON: "<html>"/],
    [{ raw: '{"choices": [' }, 'MODEL_ANSWER_INVALID', /not JSON/],
    [{ status: 302, raw: '' }, 'MODEL_CALL_REFUSED', /redirects are not followed/],
    [
      { status: 429, raw: '{"error":{"code":"insufficient_quota","message":"pay"}}' },
      'MODEL_CALL_REFUSED',
      /pay/,
    ],
    [{ status: 429, headers: { 'retry-after': '86400' } }, 'MODEL_CALL_FAILED', /come back in 86400 s/],
  ];
  for (const [answer, code, message] of refused) {
    const before = stub.requests.length;
    stub.answerWith(answer);
    const other = await caller(context);
    await assert.rejects(other.call(chat(stub.endpoint, code)), { code, message });
    assert.equal(stub.requests.length, before + 1);
    await other.close();
  }
  await models.close();
});

test('nothing listens, no answer in time, a stream that breaks off: named, after as many tries', async () => {
  await using context = testContext();
  const models = await caller(context);
  const unreachable = models.call(chat('http://127.0.0.1:9/v1', 'x'));
  await using stub = await startStubModel({ fault: 'hang' });
  const late = models.call({ ...chat(stub.endpoint, 'x'), timeoutMs: 20 });
  await using half = await startStubModel({ content: 'a long answer', stream: true, fault: 'half' });
  const broken = models.call(chat(half.endpoint, 'x'));
  await Promise.all([
    assert.rejects(unreachable, {
      code: 'MODEL_CALL_FAILED',
      message: /nothing listens there.*tried 4 times/,
    }),
    assert.rejects(late, { code: 'MODEL_CALL_TIMED_OUT', message: /no answer within 0.02 s/ }),
    assert.rejects(broken, { code: 'MODEL_CALL_FAILED', message: /the stream broke off/ }),
  ]);
  const deadline = startDeadline(20);
  const bound = models.bind({ trial: 0, signal: deadline.signal, deadline });
  await assert.rejects(bound.call(chat(stub.endpoint, 'y')), { code: 'TASK_TIMED_OUT' });
  await models.close();
});

test('a stream is assembled: text, tool calls, usage', async () => {
  await using context = testContext();
  const toolCalls = [{ name: 'add', arguments: '{"a":1,"b":22222}' }];
  await using stub = await startStubModel({ content: 'one moment', toolCalls, stream: true });
  const models = await caller(context);
  const { body, usage } = await models.call(chat(stub.endpoint, 'x', { stream: true }));
  const [choice] = (body as { choices: { message: Record<string, unknown>; finish_reason: string }[] })
    .choices;
  assert.equal(choice.message.content, 'one moment');
  assert.deepEqual((choice.message.tool_calls as { function: unknown }[])[0].function, toolCalls[0]);
  assert.deepEqual([choice.finish_reason, usage.outputTokens], ['tool_calls', 5]);
  await models.close();
});

test('auto asks once: across evaluations, and for equal calls under way; trials, seeds and salts are other calls', async () => {
  await using context = testContext();
  await using stub = await startStubModel(({ body }) => ({ content: String(body.n), delayMs: 5 }));
  const models = await caller(context, { cache: 'auto' });
  const same = await Promise.all([1, 2, 3].map(() => models.call(chat(stub.endpoint, 'a'))));
  assert.deepEqual([stub.requests.length, same.filter((each) => each.cached).length], [1, 2]);
  await models.close();
  const again = await caller(context, { cache: 'auto' });
  assert.equal((await again.call(chat(stub.endpoint, 'a'))).cached, true);
  const request = chat(stub.endpoint, 'a');
  const others = [
    again.bind({ trial: 1 }).call(request),
    again.call({ ...request, salt: 'judge 2' }),
    again.call(chat(stub.endpoint, 'a', { temperature: 1 })),
    again.call({ ...request, reuse: 'recorded' as const }),
  ];
  assert.deepEqual(
    (await Promise.all(others)).map((each) => each.cached),
    [false, false, false, false],
  );
  stub.answerWith({ content: 'cut', finishReason: 'length' });
  await again.call(chat(stub.endpoint, 'b'));
  stub.answerWith({ json: { error: 'said with 200' } });
  await again.call(chat(stub.endpoint, 'no answer'));
  stub.answerWith({ status: 400 });
  await assert.rejects(again.call(chat(stub.endpoint, 'c')));
  await again.close();
  assert.equal((await listCachedCalls(context)).length, 4);
});

test('what is recorded is replayed without a socket, redacted and in order; a miss is named', async () => {
  await using context = testContext();
  const recordingsFile = join(context.store.folder, 'suite.recordings.jsonl');
  const { endpoint, requests } = await record(context, recordingsFile);
  assert.equal(requests, 3);
  const lines = readFileSync(recordingsFile, 'utf8').trim().split('\n');
  assert.equal(lines.length, 3);
  assert.deepEqual(lines, [...lines].sort());
  assert.ok(!lines.join('').includes('ada@example.org') && lines.join('').includes('<EMAIL_1>'));
  writeFileSync(recordingsFile, '{"key":"torn', { flag: 'a' });
  const replay = await caller(context, { cache: 'strict', recordingsFile });
  const { body, cached } = await replay.call({ ...chat(endpoint, 'b'), keyVariable: 'NOT_SET' });
  assert.deepEqual([textOf(body), cached], ['mail <EMAIL_1> of b', true]);
  await assert.rejects(replay.call(chat(endpoint, 'd')), { code: 'RECORDING_MISSING', message: /call to m/ });
  await replay.close();
  assert.equal(replay.spent().requests, 0);
  // One that is recorded anew and whole keeps nothing of before.
  await record(context, recordingsFile, ['a'], true);
  assert.equal(readFileSync(recordingsFile, 'utf8').trim().split('\n').length, 1);
  writeFileSync(recordingsFile, 'no call\n');
  await assert.rejects(caller(context, { cache: 'strict', recordingsFile }), {
    code: 'RECORDINGS_INVALID',
    message: 'suite.recordings.jsonl:1 is no recorded call',
  });
});

async function record(context: Context, recordingsFile: string, texts = ['c', 'a', 'b', 'a'], whole = false) {
  await using stub = await startStubModel(
    ({ body }) => `mail ada@example.org of ${body.messages?.[0].content}`,
  );
  const models = await caller(context, { cache: 'record', recordingsFile });
  const answers = await Promise.all(texts.map((text) => models.call(chat(stub.endpoint, text))));
  // What is judged is what was recorded, so that a replay says the same.
  for (const { body } of answers) assert.match(textOf(body), /<EMAIL_1>/);
  await models.close({ whole });
  return { endpoint: stub.endpoint, requests: stub.requests.length };
}

test('a budget ends the calls, also one of costs that could not be counted', async () => {
  await using context = testContext();
  await using stub = await startStubModel('ok');
  const models = await caller(context, { budget: { requests: 5 } });
  const calls = Array.from({ length: 9 }, (_, index) => models.call(chat(stub.endpoint, `${index}`)));
  const ends = await Promise.allSettled(calls);
  assert.equal(ends.filter(({ status }) => status === 'fulfilled').length, 5);
  const unpriced = await caller(context, { budget: { cost: 1 } });
  await assert.rejects(unpriced.call(chat(stub.endpoint, 'x')), { code: 'MODEL_PRICE_UNKNOWN' });
  assert.equal(stub.requests.length, 5);
  await Promise.all([models.close(), unpriced.close()]);
});

test('a storm of 429 narrows what is under way and every call ends well', async () => {
  await using context = testContext();
  let underWay = 0;
  await using stub = await startStubModel(() => {
    underWay++;
    setTimeout(() => underWay--, 4);
    return underWay > 3 ? { status: 429, headers: { 'retry-after-ms': '5' } } : { content: 'ok', delayMs: 4 };
  });
  const models = await caller(context, { concurrency: 32 });
  const calls = Array.from({ length: 64 }, (_, index) => models.call(chat(stub.endpoint, `${index}`)));
  const answers = await Promise.all(calls);
  assert.ok(answers.every(({ body }) => textOf(body) === 'ok'));
  await models.close();
});
