import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

/**
 * The gateway as programs meet it: unchanged, by `airworthy run`, with the SDKs for Node and Python; and a prompt that is
 * packed, served and asked as a model. For Python: `pip install openai`.
 */
const PYTHON = process.env.AIRWORTHY_TEST_SERVING_PYTHON;
const AIRWORTHY = join(import.meta.dirname, '../../bin/airworthy.mjs');
const CLIENTS = join(import.meta.dirname, '../clients');

const REFUSALS: Record<string, [number, string]> = {
  bad: [400, 'invalid_value'],
  unauthorised: [401, 'invalid_api_key'],
  unknown: [404, 'model_not_found'],
  busy: [429, 'rate_limit_exceeded'],
  failing: [500, 'server_error'],
};

function startOpenai(): Promise<StubProvider> {
  return startProvider((request, response) => {
    if (request.path.endsWith('/models')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      return void response.end('{"object":"list","data":[{"id":"gpt-4o-mini","object":"model"}]}');
    }
    const refusal = REFUSALS[String(request.json.model)];
    return refusal ? answerError(response, ...refusal) : answerAsOpenai(request, response);
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

test('the Python SDK says the same through `airworthy run` as without it', {
  skip: PYTHON ? false : 'AIRWORTHY_TEST_SERVING_PYTHON names no Python',
}, async () => {
  await using provider = await startOpenai();
  using folder = openFolder();
  const client = join(CLIENTS, 'openai_gateway.py');
  const env = { OPENAI_BASE_URL: provider.url, RETRIES: '1' };
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
  writeFileSync(
    join(folder.path, 'airworthy.config.ts'),
    `export default ${JSON.stringify({
      name: 'prompts',
      serving: {
        port: 0,
        gateway: {
          providers: { stub: { url: provider.url } },
          routes: { fast: { targets: [{ provider: 'stub', model: 'tiny' }] } },
        },
      },
    })};`,
  );
  writeFileSync(
    join(folder.path, 'greeter.service.yaml'),
    [
      'name: greeter',
      'runtime: prompt',
      'model: fast',
      'fields: [{ name: city, kind: category, nullable: false }]',
      'output: { type: string }',
      'parameters: { temperature: 0 }',
      'prompt:',
      '  - { role: system, content: "You greet people in {{city}}." }',
    ].join('\n'),
  );
  await using app = await openApp({ folder: folder.path });
  const { model, version, bundle } = await packService(
    app.context,
    join(folder.path, 'greeter.service.yaml'),
    {
      gateway: await app.gateway(),
    },
  );
  const endpoints = await app.endpoints();
  await endpoints.deploy('greeter', { model, version, bundle });
  const server = await serveApp(app);
  try {
    await asksPrompt(app, server, provider);
  } finally {
    await server.close();
  }
});

async function asksPrompt(app: App, server: AskedServer, provider: StubProvider): Promise<void> {
  const endpoints = await app.endpoints();
  const baseURL = new URL('/v1', (await server.ask('/health')).url).href;
  const client = new OpenAI({
    baseURL,
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
