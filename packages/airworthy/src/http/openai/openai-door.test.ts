import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import OpenAI, { toFile } from 'openai';
import type { Logger } from '../../kernel/logger.ts';
import { answerError, startProvider } from '../../serving/gateway/testing/stub-provider.ts';
import { createGateway, type GatewayConfig } from '../../serving/index.ts';
import { journalFolder } from '../../store/journal-folder.ts';
import { toRequestError } from '../send-error.ts';
import { startServer } from '../testing/start-server.ts';

const HELLO = [{ role: 'user' as const, content: 'Who are you?' }];

/** Connections that are kept would be waited for at the end. */
const UNKEPT = { connection: 'close' };

/** A server with a gateway, and a client of it. */
async function startGateway(config: object, options: { token?: string; apiKey?: string } = {}) {
  const server = await startServer({ empty: true, config: { gateway: config }, ...options });
  const baseURL = `http://127.0.0.1:${server.port}/v1`;
  const client = new OpenAI({
    baseURL,
    apiKey: options.apiKey ?? 'sk-caller',
    maxRetries: 0,
    defaultHeaders: UNKEPT,
  });
  return { server, client, baseURL, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function spansOf({ context }: Awaited<ReturnType<typeof startServer>>, count: number) {
  for (const deadline = performance.now() + 5_000; ; ) {
    const rows = await context.store.database.sql
      .selectFrom('span')
      .selectAll()
      .orderBy('started_us')
      .execute();
    if (rows.length >= count || performance.now() > deadline) return rows;
    await new Promise((settle) => setTimeout(settle, 20));
  }
}

test('the OpenAI SDK speaks to the default provider: chat, stream, tools, embeddings, speech; each call a span', async () => {
  await using provider = await startProvider();
  await using running = await startGateway({ providers: { openai: { url: provider.url } } });
  const { client, server } = running;

  const chat = await client.chat.completions.create({
    ...{ model: 'gpt-4o-mini', messages: HELLO, temperature: 0.5, user: 'ann@example.org' },
    metadata: { session_id: 'talk-1' },
  });
  assert.equal(chat.choices[0].message.content, 'I am gpt-4o-mini');
  assert.equal(provider.requests[0].headers.authorization, 'Bearer sk-caller');

  const stream = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: HELLO,
    stream: true,
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  assert.equal(chunks.map(({ choices }) => choices[0].delta.content ?? '').join(''), 'I am gpt-4o-mini');
  assert.ok(
    chunks.every(({ choices }) => choices.length === 1),
    'the counts that only the gateway asked for are not shown',
  );
  const counted = await client.chat.completions.create({
    ...{ model: 'gpt-4o-mini', messages: HELLO, stream: true as const },
    stream_options: { include_usage: true },
  });
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of counted) usage = chunk.usage ?? usage;
  assert.equal(usage?.total_tokens, 16);

  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: {} } }];
  const called = await client.chat.completions.create({ model: 'm', messages: HELLO, tools });
  assert.equal(called.choices[0].finish_reason, 'tool_calls');

  const embedded = await client.embeddings.create({ model: 'small', input: 'x' });
  assert.deepEqual(embedded.data[0].embedding, [0.5, -0.25, 1]);
  assert.equal(provider.requests.at(-1)?.json.encoding_format, 'base64');

  const speech = await client.audio.speech.create({ model: 'tts', voice: 'alloy', input: 'hi' });
  assert.deepEqual([...new Uint8Array(await speech.arrayBuffer())], [1, 2, 3, 4]);
  const file = await toFile(Buffer.from('RIFF'), 'a.wav');
  const heard = await client.audio.transcriptions.create({ model: 'whisper-1', file });
  assert.equal(heard.text, 'good morning');

  const spans = await spansOf(server, 7);
  assert.equal(spans.length, 7);
  const [first, second] = spans;
  assert.deepEqual(
    [first.model, first.input_tokens, first.output_tokens, first.session],
    ['gpt-4o-mini', 12, 4, 'talk-1'],
  );
  assert.match(first.subject ?? '', /^subject-[0-9a-f]{32}$/);
  assert.ok(!JSON.stringify(first).includes('ann@example.org'));
  assert.ok(Number(first.cost) > 0 && first.cost === second.cost, 'a stream costs what the same answer does');
});

test('routes: fallbacks are named, retries come before the first byte, unknown members pass, keys stay with their provider', async () => {
  await using broken = await startProvider((_request, response) => answerError(response, 503, 'overloaded'));
  await using good = await startProvider();
  process.env.STUB_PROVIDER_KEY = 'sk-good';
  await using running = await startGateway({
    providers: {
      broken: { url: broken.url },
      good: { url: good.url, key: 'STUB_PROVIDER_KEY', models: ['big'] },
      down: { url: 'http://127.0.0.1:9/v1' },
    },
    routes: {
      fast: {
        targets: [{ provider: 'broken', model: 'tiny' }],
        fallbacks: [
          { provider: 'down', model: 'none' },
          { provider: 'good', model: 'big' },
        ],
        retries: 1,
        parameters: { temperature: 0.2 },
      },
    },
  });
  const { client, server } = running;
  const asked = { model: 'fast', messages: HELLO, vendor_flag: { deep: [1] } };
  const { data, response } = await client.chat.completions.create(asked).withResponse();
  assert.equal(data.choices[0].message.content, 'I am big');
  assert.equal(
    response.headers.get('x-airworthy-served-by'),
    'broken/tiny, broken/tiny, down/none, down/none, good/big',
  );
  const [got] = good.requests;
  assert.deepEqual(got.json.vendor_flag, { deep: [1] });
  assert.equal(got.json.temperature, 0.2);
  assert.equal(got.headers.authorization, 'Bearer sk-good');
  assert.equal(broken.requests[0].headers.authorization, undefined);

  const listed = await client.models.list();
  assert.deepEqual(
    listed.data.map(({ id }) => id),
    ['fast', 'good/big'],
  );
  assert.equal((await client.models.retrieve('good/big')).owned_by, 'good');
  for (const path of ['models', 'models/fast', 'models/nothing', 'nothing', 'models/%zz']) {
    const answer = await server.send('GET', `/v1/${path}`, undefined, UNKEPT);
    assert.match(String(answer.headers['x-request-id']), /^req-/, path);
    if (answer.status !== 200) assert.ok(answer.json().error, path);
  }
  await assert.rejects(client.models.retrieve('nothing'), OpenAI.NotFoundError);

  const form = await client.audio.transcriptions.create({
    model: 'fast',
    file: await toFile(Buffer.from('RIFF'), 'a.wav'),
  });
  assert.equal(form.text, 'good morning');
  assert.match(good.requests.at(-1)?.bytes.toString() ?? '', /name="model"\r\n\r\nbig\r\n/);

  const [span] = await spansOf(server, 2);
  assert.equal(span.provider, 'good');
  assert.match(span.attributes_json, /"airworthy.route":"fast"/);
});

test('errors are of the classes that clients know, and a stream that breaks says so', async () => {
  await using provider = await startProvider((request, response) => {
    if (request.json.model === 'busy')
      return answerError(response, 429, 'rate_limit', { 'retry-after': '7' });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"I "},"finish_reason":null}]}\n\n');
    setTimeout(() => response.destroy(), 20);
  });
  await using running = await startGateway({
    providers: { stub: { url: provider.url }, openai: { url: provider.url } },
    budgets: [{ name: 'nothing', scope: 'model', of: 'dear', cost: 0.000_001 }],
    rateLimits: [
      { scope: 'user', of: undefined, requestsPerMinute: 3 },
      { scope: 'user', of: 'ann@example.org', requestsPerMinute: 1 },
    ],
  });
  const { client } = running;
  const chat = (model: string, more: object = {}) =>
    client.chat.completions.create({ model, messages: HELLO, ...more } as never) as unknown as Promise<
      AsyncIterable<OpenAI.ChatCompletionChunk>
    >;
  const busy = await chat('busy', { user: 'a' }).catch((error) => error);
  assert.ok(busy instanceof OpenAI.RateLimitError);
  assert.equal(busy.headers.get('retry-after'), '7');
  assert.equal(busy.requestID, 'req_stub');
  const invalid = await client.chat.completions.create({ model: 'm' } as never).catch((error) => error);
  assert.ok(invalid instanceof OpenAI.BadRequestError);
  assert.equal(invalid.param, 'messages');
  await assert.rejects(chat('m', { stream_options: { include_usage: true } }), { param: 'stream_options' });
  const broken = await chat('stub/m', { stream: true, user: 'b' });
  await assert.rejects(async () => {
    for await (const _chunk of broken);
  }, OpenAI.APIError);
  for (let call = 0; call < 2; call++) await chat('busy', { user: 'a' }).catch(() => {});
  const limited = await chat('busy', { user: 'a' }).catch((error) => error);
  assert.equal(limited.code, 'rate_limit_exceeded');
  assert.ok(Number(limited.headers.get('retry-after-ms')) > 0);
  const refusals = [];
  for (let call = 0; call < 2; call++)
    refusals.push(await chat('busy', { user: 'ann@example.org' }).catch(({ code }) => code));
  assert.deepEqual(refusals, ['rate_limit', 'rate_limit_exceeded'], 'a limit of one person');
});

test('budgets refuse before they are overspent, equal calls are answered once, usage adds up', async () => {
  await using provider = await startProvider();
  await using running = await startGateway({
    providers: { openai: { url: provider.url } },
    cache: { enabled: true },
    budgets: [{ name: 'tokens', period: 'day', tokens: 600 }],
  });
  const { client, server } = running;
  const chat = (more: object) =>
    client.chat.completions.create({ model: 'gpt-4o-mini', messages: HELLO, ...more }).withResponse();
  const same = await Promise.all([1, 2, 3, 4].map(() => chat({ temperature: 0, max_tokens: 50 })));
  assert.equal(provider.requests.length, 1);
  assert.equal(same.filter(({ response }) => response.headers.get('x-airworthy-cache') === 'hit').length, 3);
  const refused = await chat({ max_tokens: 590 }).catch((error) => error);
  assert.ok(refused instanceof OpenAI.RateLimitError);
  assert.equal(refused.code, 'insufficient_quota');
  assert.equal(refused.headers.get('x-should-retry'), 'false');

  const from = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const answer = await server.send(
    'GET',
    `/api/v1/gateway/usage?from=${from}&to=${from + 7_200_000}&by=model`,
  );
  const { items, series } = answer.json() as { items: Record<string, number>[]; series: { calls: number }[] };
  assert.equal(items.length, 1);
  const [{ calls, failures, cached, inputTokens, outputTokens, cost, p50Ms }] = items;
  assert.deepEqual(
    { calls, failures, cached, inputTokens, outputTokens },
    {
      ...{ calls: 5, failures: 1, cached: 3, inputTokens: 12, outputTokens: 4 },
    },
  );
  assert.ok(cost > 0 && p50Ms > 0);
  assert.equal(series[0].calls, 5);
  const budgets = (await server.send('GET', '/api/v1/gateway/budgets')).json().items as { spent: number }[];
  assert.equal(budgets[0].spent, 16);
});

test('a client that leaves takes its stream with it, and where a token is asked for it is the key', async () => {
  await using provider = await startProvider();
  process.env.OPENAI_API_KEY = 'sk-server';
  const config = { providers: { openai: { url: provider.url } } };
  await using running = await startGateway(config, { token: 'a-long-token', apiKey: 'a-long-token' });
  const { client, server, baseURL } = running;
  const asked = { model: 'm', messages: HELLO, stream: true as const, slow: true };
  const stream = await client.chat.completions.create(asked);
  for await (const _chunk of stream) break;
  const [span] = await spansOf(server, 1);
  assert.match(span.attributes_json, /"error.type":"CLIENT_LEFT"/);
  assert.equal(provider.left, 1);
  assert.equal(provider.requests[0].headers.authorization, 'Bearer sk-server');
  const stranger = new OpenAI({ baseURL, apiKey: 'sk-caller', maxRetries: 0, defaultHeaders: UNKEPT });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  const elsewhere = `${baseURL.slice(0, -3)}/run/${'a'.repeat(32)}/${'b'.repeat(32)}/v1`;
  const lost = new OpenAI({ baseURL: elsewhere, apiKey: 'x', maxRetries: 0, defaultHeaders: UNKEPT });
  await assert.rejects(lost.models.list(), OpenAI.AuthenticationError);
});

test('a gateway that is opened again knows what was spent', async () => {
  await using provider = await startProvider();
  await using server = await startServer({ empty: true });
  const config = {
    providers: { openai: { url: provider.url } },
    budgets: [{ name: 'tokens', scope: 'user' as const, period: 'day' as const, tokens: 400 }],
  };
  const { GatewayConfig: schema } = await import('../../serving/index.ts');
  const open = () =>
    createGateway(server.context, { config: schema.parse(config) as GatewayConfig, env: {} });
  const body = { model: 'm', messages: HELLO, max_tokens: 10 };
  const first = open();
  for (let call = 0; call < 20; call++)
    await first.send({ path: 'chat/completions', model: 'm', body }, { user: 'ann' });
  await first.close();
  const again = open();
  const ask = (user: string) =>
    again.send({ path: 'chat/completions', model: 'm', body: { ...body, max_tokens: 90 } }, { user });
  await assert.rejects(ask('ann'), { code: 'GATEWAY_BUDGET_SPENT' });
  assert.equal((await ask('ben')).status, 200);
  await again.close();
});

test('a recorded command reaches its own provider with its own key; no other sees it, and it sees no key of ours', async () => {
  await using own = await startProvider();
  await using ours = await startProvider();
  process.env.STUB_PROVIDER_KEY = 'sk-ours';
  process.env.OPENAI_API_KEY = 'sk-server';
  const config = {
    providers: { openai: { url: ours.url }, keyed: { url: ours.url, key: 'STUB_PROVIDER_KEY' } },
    routes: { fast: { targets: [{ provider: 'keyed', model: 'big' }] } },
    limits: { bodyBytes: 1_024 },
  };
  const token = 'a-long-token';
  await using running = await startGateway(config, { token });
  const { server, baseURL } = running;
  const [run, secret] = ['a'.repeat(32), 'b'.repeat(32)];
  const folder = journalFolder(server.context.store.folder, run);
  mkdirSync(folder, { recursive: true });
  const record = (upstream?: string) =>
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify({ secret, upstream }));
  const clientOf = (apiKey: string) =>
    new OpenAI({
      ...{ baseURL: baseURL.replace('/v1', `/run/${run}/${secret}/v1`), apiKey, maxRetries: 0 },
      defaultHeaders: UNKEPT,
    });
  const ask = (apiKey: string, model: string) =>
    clientOf(apiKey).chat.completions.create({ model, messages: HELLO });
  const keysAt = ({ requests }: typeof own) => requests.splice(0).map(({ headers }) => headers.authorization);

  record(own.url);
  for (const model of ['m', 'fast', 'keyed/m']) await ask('sk-mine', model);
  await ask(token, 'm');
  await clientOf('sk-mine').files.list();
  assert.equal(own.requests.at(-1)?.path, '/v1/files');
  const large = await toFile(Buffer.alloc(5_000, 'x'), 'a.jsonl');
  await clientOf('sk-mine').files.create({ file: large, purpose: 'batch' });
  assert.ok(own.requests.at(-1)?.bytes.includes(Buffer.alloc(5_000, 'x')), 'no limit of ours is in its way');
  const mine = 'Bearer sk-mine';
  assert.deepEqual(keysAt(own), [mine, mine, mine, `Bearer ${token}`, mine, mine]);
  assert.deepEqual(keysAt(ours), [], 'the person chose the provider');

  record();
  await ask('sk-mine', 'm');
  await ask(token, 'm');
  await ask('sk-mine', 'fast');
  assert.deepEqual(keysAt(ours), [mine, undefined, 'Bearer sk-ours'], 'a token of ours is no provider’s');

  record('http://127.0.0.1:9/v1');
  await assert.rejects(ask('sk-mine', 'm'), OpenAI.APIConnectionError, 'as without us');
  rmSync(folder, { recursive: true });
  await assert.rejects(ask('sk-mine', 'm'), OpenAI.AuthenticationError, 'the secret ends with the recording');
  for (const path of ['/run/a?x/y/v1/', `/run/${run}/${secret}/v2/?/v1/`, `/api/v1/runs?/run/a/b/v1/`])
    assert.equal((await server.send('GET', path, undefined, UNKEPT)).status, 401, path);

  const lines: string[] = [];
  const log = { error: (facts: object) => lines.push(JSON.stringify(facts)) } as unknown as Logger;
  toRequestError(new Error('x'), { headers: {}, id: '1', url: `/run/${run}/${secret}/v1/chat?a=1` }, log);
  assert.ok(lines[0].includes(`/run/${run}/***/v1/chat`) && !lines[0].includes(secret));
});
