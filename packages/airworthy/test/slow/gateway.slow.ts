import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import OpenAI from 'openai';
import { type App, openApp } from '../../src/app.ts';
import { type AskedServer, serveApp } from '../../src/http/testing/serve-app.ts';
import { packService } from '../../src/lifecycle/packing/pack-service.ts';
import {
  answerAsOpenai,
  answerError,
  type ProviderRequest,
  type StubProvider,
  startProvider,
} from '../../src/serving/gateway/testing/stub-provider.ts';
import { askChats, askRefused, askRest, CITY, type Exchange, findFaults } from './openai-exchanges.ts';

/**
 * The gateway as programs meet it: unchanged, by `airworthy run`, with the SDKs for Node and Python; and a prompt that is
 * packed, served and asked as a model. For Python: `pip install openai`.
 */
const PYTHON = process.env.AIRWORTHY_TEST_SERVING_PYTHON;
const AIRWORTHY = join(import.meta.dirname, '../../bin/airworthy.mjs');
const CLIENTS = join(import.meta.dirname, '../clients');

const CHUNK = {
  ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' },
  choices: [{ index: 0, delta: { content: 'I ' }, finish_reason: null }],
};
const SORRY = 'data: {"error":{"message":"stub: sorry","type":"server_error","param":null,"code":null}}\n\n';

const REFUSALS: Record<string, [number, string]> = {
  bad: [400, 'invalid_value'],
  unauthorised: [401, 'invalid_api_key'],
  unknown: [404, 'model_not_found'],
  busy: [429, 'rate_limit_exceeded'],
  failing: [500, 'server_error'],
};

const EVENTS = 'text/event-stream';
/** Answers that are not all there is to say. */
const BEGUN: Record<string, { type: string; text: string; ends?: boolean }> = {
  cut: { type: 'application/json', text: '{"id":' },
  half: { type: EVENTS, text: `data: ${JSON.stringify(CHUNK)}\n\ndata: {"id":"chatcmpl-1","cho` },
  sorry: { type: EVENTS, text: `data: ${JSON.stringify(CHUNK)}\n\n${SORRY}`, ends: true },
};

function startOpenai(): Promise<StubProvider> {
  return startProvider((request, response) => {
    if (request.path.endsWith('/models')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end(
        '{"object":"list","data":[{"id":"gpt-4o-mini","object":"model","created":1,"owned_by":"stub"}]}',
      );
    }
    const model = String(request.json.model);
    if (model === 'hangs') return;
    const begun = BEGUN[model];
    if (begun !== undefined) {
      response.writeHead(200, { 'content-type': begun.type });
      return void response.write(begun.text, () => (begun.ends ? response.end() : response.destroy()));
    }
    const refusal = REFUSALS[model];
    if (refusal === undefined) return answerAsOpenai(request, response);
    answerError(response, ...refusal, model === 'busy' ? { 'retry-after': '0' } : {});
  });
}

interface Printed {
  code: number | null;
  out: string;
  err: string;
}

async function run(folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Printed> {
  const child = spawn(process.execPath, ['--conditions=development', ...args], {
    cwd: folder,
    env: { ...process.env, OPENAI_API_KEY: 'sk-person', ...env },
  });
  const [out, err] = [child.stdout, child.stderr].map((stream) => stream.toArray());
  const [code] = await once(child, 'close');
  return { code, out: Buffer.concat(await out).toString(), err: Buffer.concat(await err).toString() };
}

function openFolder() {
  const path = mkdtempSync(join(tmpdir(), 'airworthy-gateway-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

async function spansOf(folder: string) {
  await using app = await openApp({ folder, tracks: true });
  return app.context.store.database.sql.selectFrom('span').selectAll().orderBy('started_us').execute();
}

const keysOf = (requests: readonly ProviderRequest[]) =>
  new Set(requests.map(({ headers }) => headers.authorization));

const NO_PYTHON = PYTHON ? false : 'AIRWORTHY_TEST_SERVING_PYTHON names no Python';

test('the Python SDK says the same through `airworthy run` as without it', {
  skip: NO_PYTHON,
}, async () => {
  await using provider = await startOpenai();
  using folder = openFolder();
  const client = join(CLIENTS, 'openai_gateway.py');
  const kept = join(folder.path, 'exchanges.json');
  const env = { OPENAI_BASE_URL: provider.url, RETRIES: '1', EXCHANGES: kept };
  const command = [AIRWORTHY, 'run', '--', String(PYTHON), client];
  const without = await run(
    folder.path,
    [AIRWORTHY, 'run', '--no-gateway', '--', String(PYTHON), client],
    env,
  );
  const plain = provider.requests.splice(0);
  const through = await run(folder.path, command, env);
  assert.equal(without.code, 0, without.err);
  assert.equal(through.out, without.out, through.err);
  assert.deepEqual(await findFaults(String(PYTHON), JSON.parse(readFileSync(kept, 'utf8'))), {});
  const said = JSON.parse(through.out);
  assert.deepEqual(said.errors.busy, ['RateLimitError', 429, 'rate_limit_exceeded', 'req_stub']);
  assert.deepEqual(
    provider.requests.map(({ method, path }) => `${method} ${path}`),
    plain.map(({ method, path }) => `${method} ${path}`),
    'as many tries as without',
  );
  assert.deepEqual([...keysOf(provider.requests)], ['Bearer sk-person']);
  const spans = await spansOf(folder.path);
  assert.equal(new Set(spans.map((span) => span.run)).size, 1);
  assert.equal(spans.length, provider.requests.length - 1, 'all but the list of models');
});

test('a program within a program is traced once; a token of the server does not stand in its way', async () => {
  await using provider = await startOpenai();
  using folder = openFolder();
  const script = join(folder.path, 'ask.mjs');
  writeFileSync(
    script,
    `import OpenAI from ${JSON.stringify(import.meta.resolve('openai'))};
     const client = new OpenAI();
     const answer = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] });
     console.log(answer.choices[0].message.content);`,
  );
  const command = [AIRWORTHY, 'run', '--', process.execPath, '--conditions=development', AIRWORTHY, 'run'];
  const asked = await run(folder.path, [...command, '--', process.execPath, script], {
    OPENAI_BASE_URL: provider.url,
    AIRWORTHY_TOKEN: 'a-token-of-the-server',
  });
  assert.equal(asked.code, 0, asked.err);
  assert.equal(asked.out, 'I am m\n');
  assert.deepEqual([...keysOf(provider.requests)], ['Bearer sk-person']);
  assert.equal((await spansOf(folder.path)).length, 1);
});

test('a prompt is packed, deployed, and asked as a model: chat, stream, records; a client’s key stays here', async () => {
  await using provider = await startProvider();
  using folder = openFolder();
  await using served = await servePrompts(
    folder.path,
    { greeter: 'fast' },
    {
      providers: { stub: { url: provider.url } },
      routes: { fast: { targets: [{ provider: 'stub', model: 'tiny' }] } },
    },
  );
  await asksPrompt(served.app, served.server, provider);
});

/** A server with prompts by name, each for a model of the gateway. */
async function servePrompts(folder: string, prompts: Record<string, string>, gateway: object) {
  const config = { name: 'prompts', serving: { port: 0, gateway } };
  writeFileSync(join(folder, 'airworthy.config.ts'), `export default ${JSON.stringify(config)};`);
  const app = await openApp({ folder });
  const endpoints = await app.endpoints();
  for (const [name, model] of Object.entries(prompts)) {
    const path = join(folder, `${name}.service.yaml`);
    writeFileSync(
      path,
      [
        `name: ${name}`,
        'runtime: prompt',
        `model: ${model}`,
        'fields: [{ name: city, kind: category, nullable: false }]',
        'output: { type: string }',
        'parameters: { temperature: 0 }',
        'prompt:',
        '  - { role: system, content: "You greet people in {{city}}." }',
      ].join('\n'),
    );
    await endpoints.deploy(name, await packService(app.context, path, { gateway: await app.gateway() }));
  }
  const server = await serveApp(app);
  return {
    app,
    server,
    async [Symbol.asyncDispose]() {
      await server.close();
      await app[Symbol.asyncDispose]();
    },
  };
}

const addressOf = async (server: AskedServer) => new URL('/v1', (await server.ask('/health')).url).href;

async function asksPrompt(app: App, server: AskedServer, provider: StubProvider): Promise<void> {
  const endpoints = await app.endpoints();
  const client = new OpenAI({
    baseURL: await addressOf(server),
    apiKey: 'sk-caller',
    maxRetries: 0,
    defaultHeaders: { connection: 'close' },
  });
  const asked = {
    ...{ model: 'greeter', messages: [{ role: 'user' as const, content: 'Hello!' }], user: 'ann' },
    variables: { city: 'Bonn' },
  };
  const { data, response } = await client.chat.completions.create(asked).withResponse();
  assert.equal(data.choices[0].message.content, 'I am tiny');
  assert.equal(data.model, 'greeter');
  const [got] = provider.requests;
  assert.deepEqual(got.json.messages, [
    { role: 'system', content: 'You greet people in Bonn.' },
    ...asked.messages,
  ]);
  assert.deepEqual(
    [got.json.temperature, got.json.variables, got.headers.authorization],
    [0, undefined, undefined],
  );
  let text = '';
  for await (const chunk of await client.chat.completions.create({ ...asked, stream: true }))
    text += chunk.choices[0]?.delta.content ?? '';
  assert.equal(text, 'I am tiny');
  const record = await server.post('/predict/greeter', { city: 'Ulm' });
  assert.equal(((await record.json()) as { output: string }).output, 'I am tiny');
  const listed = await client.models.list();
  assert.ok(listed.data.some(({ id }) => id === 'greeter'));
  await endpoints.flush();
  const id = String(response.headers.get('x-airworthy-prediction-id'));
  const prediction = await endpoints.findPrediction(id);
  assert.deepEqual([prediction.record, prediction.output], [{ city: 'Bonn' }, { output: 'I am tiny' }]);
  const usage = await server.get<{ items: { key: string; calls: number }[] }>('/gateway/usage?by=route');
  assert.deepEqual(
    usage.items.map(({ key, calls }) => [key, calls]),
    [
      ['greeter', 2],
      ['fast', 1],
    ],
  );
}

/** What would not be of the form, and what is said of it. */
const SPOILT = [
  ['"created":1', '"created":"1"', 'created: Input should be a valid integer'],
  ['"object":', '"thing":1,"object":', 'ChatCompletion.thing: is not in the document'],
  [',"refusal":null', '', 'ChatCompletion.choices.0.message.refusal: may be null, but is to be there'],
] as const;

test('every answer is of the form that OpenAI’s document gives: ours, kept ones, a prompt’s, refusals', {
  skip: NO_PYTHON,
}, async () => {
  await using provider = await startOpenai();
  using folder = openFolder();
  await using served = await servePrompts(
    folder.path,
    { greeter: 'fast', refused: 'bad', 'busy-prompt': 'busy', 'sorry-prompt': 'sorry' },
    {
      providers: {
        openai: { url: provider.url },
        down: { url: 'http://127.0.0.1:9/v1' },
        keyed: { url: provider.url, key: 'NO_SUCH_KEY' },
      },
      routes: { fast: { targets: [{ model: 'tiny' }] } },
      budgets: [{ name: 'small', scope: 'user', of: 'poor', tokens: 1 }],
      rateLimits: [{ scope: 'user', of: 'eager', requestsPerMinute: 1 }],
      cache: { enabled: true },
      limits: { bodyBytes: 10_000 },
    },
  );
  const baseURL = await addressOf(served.server);
  const given = [
    ...(await askChats(baseURL, 'fast', { temperature: 0 })),
    ...(await askChats(baseURL, 'greeter', CITY)),
    ...(await askRest(baseURL)),
  ];
  assert.deepEqual(new Set(given.map(({ status }) => status)), new Set([200]));
  const asked = provider.requests.length;
  const again = [
    ...(await askChats(baseURL, 'fast', { temperature: 0 })),
    ...(await askChats(baseURL, 'greeter', CITY)),
  ];
  assert.equal(provider.requests.length, asked, 'all of them were kept');
  const refused = await askRefused(baseURL);
  const statuses = refused.map(({ got: { name, status } }) => `${name}: ${status}`);
  assert.deepEqual(
    statuses,
    refused.map(({ got: { name }, expected }) => `${name}: ${expected}`),
  );
  for (const { got } of refused)
    if (got.status === 429 || got.name.includes('busy'))
      assert.ok(Number(got.headers['retry-after']) >= 0, `${got.name}: when to ask again`);
  const streams = (answers: readonly Exchange[]) =>
    answers.filter(({ headers }) => headers['content-type'].startsWith(EVENTS));
  assert.ok(streams([...given, ...again]).every(({ text }) => text.endsWith('data: [DONE]\n\n')));
  assert.ok(streams(refused.map(({ got }) => got)).every(({ text }) => !text.includes('[DONE]')));
  const all = [
    ...given,
    ...again.map((each) => ({ ...each, name: `${each.name}, again` })),
    ...refused.map(({ got }) => got),
  ];
  const spoilt = SPOILT.map(([from, to]) => ({
    ...given[0],
    name: to,
    text: given[0].text.replace(from, to),
  }));
  assert.deepEqual(
    await findFaults(String(PYTHON), [...all, ...spoilt]),
    Object.fromEntries(SPOILT.map(([, to, fault]) => [to, [fault]])),
  );
});
