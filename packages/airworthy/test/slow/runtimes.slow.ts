import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskContext } from '../../src/evaluation/index.ts';
import { openTask } from '../../src/lifecycle/evaluate/open-task.ts';
import { serveService, serviceFolder } from '../../src/lifecycle/packing/testing/service-folder.ts';
import type { Model, Tree } from '../../src/models/model.ts';
import { encodeOnnx } from '../../src/models/onnx/encode-model.ts';
import { createEndpoints, type GeneratedPiece } from '../../src/serving/index.ts';
import { ServingConfig } from '../../src/serving/schema.ts';
import type { RequestFigures } from '../../src/serving/statistics/request-figures.ts';
import { FLIGHT, flightModel, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import { testContext } from '../test-context.ts';

const FIELDS = [{ name: 'text', kind: 'category' }];
const GOLDEN = [{ record: { text: 'ok' } }];

const MISCHIEF = `import { writeFileSync } from 'node:fs';
import { execSync } from 'node:child_process';
import { request } from 'node:http';
const kept = [];
export async function predict({ text }) {
  if (text === 'heap') for (;;) kept.push({ x: Math.random() });
  if (text === 'buffers') for (;;) { kept.push(Buffer.alloc(1 << 20, 1)); await new Promise((go) => setTimeout(go, 1)); }
  if (text === 'abort') process.abort();
  if (text === 'grow') setInterval(() => kept.push(Buffer.alloc(16 << 20, 1)), 20);
  if (text === 'later') setTimeout(() => { throw new Error('later'); }, 1);
  if (text === 'forget') void Promise.reject(new Error('forgotten'));
  if (text === 'noise') for (let i = 0; i < 1000; i++) console.log('{"id":' + i + ',"outputs":["forged"]}');
  if (text === 'long') process.stdout.write('x'.repeat(1 << 20));
  if (text === 'write') writeFileSync('here.txt', 'x');
  if (text === 'exec') execSync('ls');
  if (text === 'http') await new Promise((_, fail) => request('http://example.com').on('error', fail).end());
  if (text === 'never') await new Promise(() => {});
  return process.env.AIRWORTHY_TOKEN ?? Object.keys(process.env).length > 5 ? 'leaked' : text;
}`;

test('whatever a function does, it is contained, reported, and other models go on', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('f.mjs', MISCHIEF);
  const packed = await folder.pack(context, {
    ...{ name: 'mischief', runtime: 'function', module: 'f.mjs', fields: FIELDS, golden: GOLDEN },
    ...{ output: { type: 'string' }, limits: { memoryMb: 192, timeoutMs: 1_500 } },
  });
  await using endpoints = await serveService(context, packed);
  await endpoints.deploy('flights', await writeRelease(context, flightModel()));
  const ask = async (text: string) => (await endpoints.predict('e', [{ text }])).predictions[0];
  const others = { asked: 0, failed: 0, done: false };
  const going = (async () => {
    while (!others.done) {
      others.asked++;
      await endpoints.predict('flights', [FLIGHT]).catch(() => others.failed++);
      await sleep(5);
    }
  })();
  const contained: [text: string, code: string, message: RegExp][] = [
    ['heap', 'RUNTIME_DOWN', /needed more than 192 MB/],
    ['buffers', 'RUNTIME_DOWN', /needed more than 192 MB/],
    ['abort', 'RUNTIME_DOWN', /SIGABRT/],
    ['never', 'RUNTIME_TIMED_OUT', /within 1500 ms/],
    ['write', 'RUNTIME_FAILED', /restricted/],
    ['exec', 'RUNTIME_FAILED', /restricted/],
    ['http', 'RUNTIME_FAILED', /does not let this service connect to example\.com/],
  ];
  for (const [text, code, message] of contained) {
    await assert.rejects(ask(text), { code, message }, text);
    assert.deepEqual(await ask('ok'), { output: 'ok' }, `after ${text}`);
  }
  for (const text of ['noise', 'long', 'forget', 'later'])
    assert.deepEqual(await ask(text), { output: text });
  await sleep(100);
  assert.deepEqual(await ask('ok'), { output: 'ok' }, 'after an error that nobody caught');
  await ask('grow');
  await sleep(1_500);
  const [{ memoryBytes }] = await endpoints.resident();
  assert.ok(memoryBytes !== null && memoryBytes < 192 << 20, `nobody asked, and it held ${memoryBytes}`);
  assert.deepEqual(await ask('ok'), { output: 'ok' }, 'after it grew by itself');
  others.done = true;
  await going;
  assert.equal(others.failed, 0, `${others.asked} requests to the other model`);
  assert.ok(others.asked > 100, `${others.asked}`);
});

test('a function says which stages it went through, also when one of them throws', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write(
    'f.mjs',
    `export const predict = ({ text }, { stage, traceparent }) =>
      stage('plan', async (running) => {
        running.set('words', text.split(' ').length);
        await running.stage('model', () => { if (text === 'bad') throw new RangeError('no such word'); });
        return traceparent?.slice(3, 35) ?? 'shared';
      });`,
  );
  const packed = await folder.pack(context, {
    ...{ name: 'staged', runtime: 'function', module: 'f.mjs', fields: FIELDS },
    ...{ golden: [{ record: { text: 'ok' }, output: 'shared' }], output: { type: 'string' } },
  });
  const counted: RequestFigures[] = [];
  const counter = { count: (figures: RequestFigures) => void counted.push(figures) };
  await using endpoints = await serveService(context, packed, {}, counter);
  const traceId = 'ab'.repeat(16);
  const { predictions } = await endpoints.predict('e', [{ text: 'two words' }], { traceId });
  await assert.rejects(endpoints.predict('e', [{ text: 'bad' }]), { code: 'RUNTIME_FAILED' });
  assert.deepEqual(predictions, [{ output: traceId }]);
  const [[answered], [failed]] = counted.map(({ stages }) => stages);
  assert.deepEqual(
    answered.map(({ name, parent, attributes }) => ({ name, parent, attributes })),
    [
      { name: 'plan', parent: null, attributes: { words: 2 } },
      { name: 'model', parent: 0, attributes: {} },
    ],
  );
  assert.ok(answered.every(({ startedUs, endedUs }) => endedUs >= startedUs && startedUs > 1e15));
  assert.deepEqual(
    failed.map(({ error }) => error),
    ['RangeError: no such word', 'RangeError: no such word'],
  );
});

test('a packed function is a task of a suite, as a packed model is', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('f.mjs', 'export const predict = ({ text }) => text.toUpperCase();');
  const { bundle } = await folder.pack(context, {
    ...{ name: 'shouts', runtime: 'function', module: 'f.mjs', fields: FIELDS, golden: GOLDEN },
    output: { type: 'string' },
  });
  const task = await openTask(context, { model: 'shouts' }, { bundle }, { name: 'f', folder: '.', env: {} });
  const place = { trial: 0, seed: 1, signal: new AbortController().signal } as TaskContext;
  const ask = (input: unknown) => task.run({ id: 'a', input, metadata: {} }, place);
  assert.deepEqual(await ask({ text: 'hello', more: 1 }), { value: 'HELLO' });
  await assert.rejects(ask({ more: 1 }), { code: 'RECORD_INVALID', message: /case "a": text/ });
  await assert.rejects(ask('hello'), { code: 'RECORD_INVALID', message: /no record/ });
  await task.close?.();
});

test('who gives up does not take the process from others; the next question gets its own answer', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write(
    'f.mjs',
    'export const predict = async ({ text }) => { if (text === "slow") await new Promise((go) => setTimeout(go, 300)); return text; };',
  );
  const packed = await folder.pack(context, {
    ...{ name: 'slow', runtime: 'function', module: 'f.mjs', fields: FIELDS, golden: GOLDEN },
    output: { type: 'string' },
  });
  await using endpoints = await serveService(context, packed);
  const began = performance.now();
  await assert.rejects(endpoints.predict('e', [{ text: 'slow' }], { timeoutMs: 100 }), {
    code: 'DEADLINE_EXCEEDED',
  });
  assert.ok(performance.now() - began < 250);
  const { predictions } = await endpoints.predict('e', [{ text: 'next' }]);
  assert.deepEqual(predictions, [{ output: 'next' }]);
});

const LINES = `import json, sys
print("loading", flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    try:
        answers = [{"words": len(record["text"].split())} for record in asked["records"]]
        if any(record["text"] == "die" for record in asked["records"]):
            sys.exit(4)
        print("noise between answers", flush=True)
        print(json.dumps({"id": asked["id"], "outputs": answers}), flush=True)
    except Exception as error:
        print(json.dumps({"id": asked["id"], "error": str(error)}), flush=True)
`;
const SERVER = `import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Door(BaseHTTPRequestHandler):
    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
    def do_GET(self):
        self.answer({"name": "test", "extensions": []})
    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path != "/v2/models/double/infer":
            return self.send_error(404)
        values = [2 * value for value in given["inputs"][0]["data"]]
        self.answer({"outputs": [{"name": "value", "datatype": "FP64", "shape": [len(values), 1], "data": values}]})
    def log_message(self, *args):
        pass
HTTPServer(("127.0.0.1", int(os.environ["AIRWORTHY_PORT"])), Door).serve_forever()
`;

const python = (() => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('a Python program answers lines, and one serves the protocol', {
  skip: !python && 'no python3',
}, async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('lib/lines.py', LINES);
  await folder.write('server.py', SERVER);
  const words = await folder.pack(context, {
    ...{
      name: 'words',
      runtime: 'command',
      command: ['python3', 'lib/lines.py'],
      files: ['lib/*.py'],
      fields: FIELDS,
    },
    ...{
      output: { type: 'object', required: ['words'] },
      golden: [{ record: { text: 'a b' }, output: { words: 2 } }],
    },
  });
  await using endpoints = await serveService(context, words);
  const ask = async (text: string) => (await endpoints.predict('e', [{ text }])).predictions[0];
  assert.deepEqual(await ask('one two three'), { output: { words: 3 } });
  await assert.rejects(ask('die'), { code: 'RUNTIME_DOWN', message: /ended with 4/ });
  assert.deepEqual(await ask('again'), { output: { words: 1 } });

  const { model, version, bundle } = await folder.pack(context, {
    ...{
      name: 'double',
      runtime: 'command',
      protocol: 'oip',
      command: ['python3', 'server.py'],
      files: ['server.py'],
    },
    ...{ fields: [{ name: 'x', kind: 'number' }], task: { kind: 'regression', target: 'y' } },
    golden: [{ record: { x: 2 }, output: { value: 4 } }],
  });
  await endpoints.deploy('double', { model, version, bundle });
  assert.deepEqual((await endpoints.predict('double', [{ x: 3 }, { x: 4 }])).predictions, [
    { value: 6 },
    { value: 8 },
  ]);

  const missing = {
    name: 'gone',
    runtime: 'command',
    command: ['no-such-program'],
    fields: FIELDS,
    output: {},
    golden: GOLDEN,
  };
  await assert.rejects(folder.pack(context, missing), {
    code: 'RUNTIME_MISSING',
    message: /no program "no-such-program"/,
  });
});

test('an ONNX graph takes and gives its own tensors; one that is none is refused', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('flights.onnx', encodeOnnx(flightModel()));
  const packed = await folder.pack(context, { name: 'graph', runtime: 'onnx', graph: 'flights.onnx' });
  await using endpoints = await serveService(context, packed);
  const { signature, kind } = endpoints.describe('e');
  assert.equal(kind, 'onnx');
  const time = Date.parse(FLIGHT.date);
  const values: Record<string, number | string> = { ...FLIGHT, date: time, stops: 0, refundable: 0 };
  const inputs = signature.inputs.map(({ name, datatype }) => ({
    ...{ name, datatype, shape: [1, 1] },
    data: datatype === 'BYTES' ? [Buffer.from(String(values[name]))] : Float64Array.of(Number(values[name])),
  }));
  const { outputs } = await endpoints.infer('e', inputs);
  await endpoints.deploy('flights', await writeRelease(context, flightModel()));
  const [prediction] = (await endpoints.predict('flights', [FLIGHT])).predictions;
  assert.ok('probability' in prediction);
  const probability = outputs.find(({ name }) => name === 'probability')?.data[0] as number;
  assert.ok(Math.abs(probability - prediction.probability) < 1e-9);
  await folder.write('broken.onnx', 'no graph');
  await assert.rejects(folder.pack(context, { name: 'broken', runtime: 'onnx', graph: 'broken.onnx' }), {
    code: 'MODEL_INVALID',
  });
});

/** A server of the protocol that does as it is told. */
async function stubServer(
  answer: (request: IncomingMessage, response: ServerResponse, calls: number) => void,
) {
  let calls = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response, request.method === 'POST' ? ++calls : calls));
  });
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((go) => server.close(go));
    },
  };
}

test('another server: one retry where it was not reached, none where it refuses, and a breaker', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  let mode: 'good' | 'busy' | 'refuse' | 'fail' | 'hang' = 'good';
  await using stub = await stubServer((request, response, calls) => {
    const send = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.method === 'GET') return send(200, { extensions: [] });
    if (mode === 'hang') return;
    if (mode === 'busy' && calls % 2 === 1) return send(503, { error: 'busy' });
    if (mode === 'refuse') return send(400, { error: 'unexpected shape' });
    if (mode === 'fail') return send(500, { error: 'broken' });
    assert.ok(Number(request.headers['x-request-timeout-ms']) > 0);
    send(200, { outputs: [{ name: 'value', datatype: 'FP64', shape: [1, 1], data: [7] }] });
  });
  const packed = await folder.pack(context, {
    ...{ name: 'far', runtime: 'remote', url: stub.url, model: 'm', fields: [{ name: 'x', kind: 'number' }] },
    ...{ task: { kind: 'regression', target: 'y' }, limits: { timeoutMs: 300 } },
  });
  await using endpoints = await serveService(context, packed);
  const ask = () => endpoints.predict('e', [{ x: 1 }]);
  assert.deepEqual((await ask()).predictions, [{ value: 7 }]);
  mode = 'busy';
  if (stub.calls() % 2 === 1) await ask();
  assert.deepEqual((await ask()).predictions, [{ value: 7 }]);
  mode = 'refuse';
  const before = stub.calls();
  await assert.rejects(ask(), { code: 'RUNTIME_FAILED', message: /HTTP 400: unexpected shape/ });
  assert.equal(stub.calls(), before + 1);
  mode = 'hang';
  await assert.rejects(ask(), { code: 'RUNTIME_TIMED_OUT', message: /within 300 ms/ });
  mode = 'fail';
  for (let call = 0; call < 30; call++) await ask().catch(() => undefined);
  const reached = stub.calls();
  await assert.rejects(ask(), { code: 'RUNTIME_DOWN', message: /failed most of its last calls/ });
  assert.equal(stub.calls(), reached);
});

test('a language model behind another server answers a record, and streams', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  let streams = false;
  await using stub = await stubServer((_request, response) => {
    if (!streams) {
      const message = { role: 'assistant', content: 'short' };
      return response.end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
    }
    const chunks = [
      { choices: [{ delta: { content: 'sho' } }] },
      { choices: [{ delta: { content: 'rt' } }] },
      { choices: [{ delta: {}, finish_reason: 'length' }] },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
    ];
    for (const chunk of chunks) response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  const packed = await folder.pack(context, {
    ...{
      name: 'summary',
      runtime: 'remote',
      protocol: 'openai',
      url: `${stub.url}/v1`,
      model: 'm',
      fields: FIELDS,
    },
    ...{ output: { type: 'string' }, messages: [{ role: 'user', content: 'Sum up: {{text}}' }] },
  });
  await using endpoints = await serveService(context, packed);
  assert.deepEqual((await endpoints.predict('e', [{ text: 'long' }])).predictions, [{ output: 'short' }]);
  streams = true;
  const { pieces } = await endpoints.generate('e', { text: 'long' });
  const given: GeneratedPiece[] = [];
  for await (const piece of pieces) given.push(piece);
  assert.equal(given.map(({ text }) => text).join(''), 'short');
  assert.equal(given.at(-1)?.finishReason, 'length');
  assert.deepEqual(given.at(-1)?.usage, { inputTokens: 3, outputTokens: 2 });
});

/** A complete tree of so many levels that splits on the distance. */
function fullTree(levels: number): Tree {
  const nodes = 2 ** levels - 1;
  const inner = 2 ** (levels - 1) - 1;
  const of = (value: (node: number) => number) => Array.from({ length: nodes }, (_, node) => value(node));
  return {
    output: 0,
    feature: of((node) => (node < inner ? 0 : -1)),
    threshold: of((node) => (node < inner ? (node * 7_919) % 5_000 : 0)),
    left: of((node) => (node < inner ? 2 * node + 1 : 0)),
    right: of((node) => (node < inner ? 2 * node + 2 : 0)),
    missingLeft: of(() => 1),
    values: of((node) => (node < inner ? 0 : ((node * 31) % 100) / 10_000)),
    cover: of(() => 1),
  };
}

test('a forest of many megabytes is loaded without stalling the event loop', async () => {
  await using context = testContext();
  const forest: Model = {
    ...flightModel(),
    features: [{ op: 'number', field: 'distance', mean: 0, scale: 1 }],
    estimator: {
      ...{ kind: 'trees', learner: 'forest', baseline: [0], link: 'identity' },
      trees: Array.from({ length: 100 }, () => fullTree(12)),
    },
  };
  const release = await writeRelease(context, forest);
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  const stalls: number[] = [];
  // On a busy machine one load may be held up by others; three are not.
  for (const name of ['first', 'second', 'third']) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    await sleep(50);
    delay.enable();
    await endpoints.deploy(name, release);
    delay.disable();
    stalls.push(delay.max / 1e6);
    assert.equal((await endpoints.predict(name, [FLIGHT])).predictions.length, 1);
  }
  await endpoints.close();
  assert.ok(Math.min(...stalls) < 40, `longest stalls while loading, in ms: ${stalls.join(', ')}`);
  console.log(`longest stalls while loading, in ms: ${stalls.map((ms) => ms.toFixed(1)).join(', ')}`);
});
