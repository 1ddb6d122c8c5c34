import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { serveApp } from '../../src/http/testing/serve-app.ts';
import { startServer } from '../../src/http/testing/start-server.ts';
import { packService } from '../../src/lifecycle/packing/pack-service.ts';
import { serveService, serviceFolder } from '../../src/lifecycle/packing/testing/service-folder.ts';
import { createModel, createVersion, setAlias } from '../../src/registry/index.ts';
import { requestSpanId } from '../../src/serving/endpoints/trace-id.ts';
import {
  answerAsOpenai,
  answerJson,
  startProvider,
} from '../../src/serving/gateway/testing/stub-provider.ts';
import { isInvalid, isRefusal, readCost } from '../../src/serving/rollouts/read-output.ts';
import { testContext } from '../test-context.ts';

/** What a request asks of other servers: in which form, in which trace, made how, at what cost. */
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
const PASSED_ON = `00-${TRACE}-${requestSpanId(TRACE)}-01`;

const NUMBERS = ['a', 'b', 'c'].map((name) => ({ name, kind: 'number' }));

/** A server of the protocol with the binary extension: sums each row of its one FP32 matrix. */
async function startSummingServer() {
  const seen: { headers: IncomingHttpHeaders; json: { inputs: { shape: number[] }[] } }[] = [];
  const server = createServer(async (request, response) => {
    const bytes = Buffer.concat(await request.toArray());
    if (request.method === 'GET') return response.end('{"extensions":["binary_tensor_data"]}');
    const length = Number(request.headers['inference-header-content-length']);
    const json = JSON.parse(bytes.subarray(0, length).toString());
    seen.push({ headers: request.headers, json });
    const [{ shape }] = json.inputs as { shape: [number, number] }[];
    const values = new Float32Array(Uint8Array.from(bytes.subarray(length)).buffer);
    const sums = Float64Array.from({ length: shape[0] }, (_, row) =>
      values.subarray(row * shape[1], (row + 1) * shape[1]).reduce((sum, value) => sum + value, 0),
    );
    const body = Buffer.from(sums.buffer);
    const outputs = [
      { name: 'label', datatype: 'BYTES', shape: [0], data: [] },
      {
        name: 'variable',
        datatype: 'FP64',
        shape: [shape[0], 1],
        parameters: { binary_data_size: body.length },
      },
    ];
    // So that the tensor begins at an odd address.
    const head = Buffer.from(`${JSON.stringify({ outputs })}${' '.repeat(seen.length % 8)}`);
    response.setHeader('inference-header-content-length', head.length);
    response.end(Buffer.concat([head, body]));
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  };
}

test('a matrix goes there in binary and comes back in binary; a request’s trace goes along', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await using far = await startSummingServer();
  const packed = await folder.pack(context, {
    ...{ name: 'sum', runtime: 'remote', url: far.url, model: 'sum', fields: NUMBERS },
    inputs: { form: 'matrix', name: 'input-0', datatype: 'FP32' },
    ...{
      task: { kind: 'regression', target: 'y' },
      golden: [{ record: { a: 1, b: 2, c: 4 }, output: { value: 7 } }],
    },
  });
  await using endpoints = await serveService(context, packed);
  const records = Array.from({ length: 5 }, (_, row) => ({ a: row, b: 0.5, c: 100 }));
  const { predictions } = await endpoints.predict('e', records, { traceId: TRACE });
  assert.deepEqual(
    predictions,
    records.map(({ a, b, c }) => ({ value: a + b + c })),
  );
  const { headers, json } = far.seen.at(-1)!;
  assert.deepEqual(json.inputs[0].shape, [5, 3]);
  assert.equal(headers['content-type'], 'application/octet-stream');
  assert.equal(headers.traceparent, PASSED_ON);
  // Requests that share a run have no one trace.
  const before = far.seen.length;
  await Promise.all(records.map((record) => endpoints.predict('e', [record], { traceId: TRACE })));
  const shared = far.seen.slice(before).filter((each) => each.headers.traceparent === undefined);
  assert.ok(
    shared.every((each) => each.json.inputs[0].shape[0] > 1),
    'a run of one request has its trace',
  );
});

test('our own server as the other one: a matrix over its door, the same answers', async () => {
  await using running = await startServer({ empty: true });
  using folder = serviceFolder();
  await folder.write('f.mjs', 'export const predict = ({ a, b, c }) => 2 * a + 3 * b + 5 * c;');
  const weighed = await folder.pack(running.context, {
    ...{ name: 'weighed', runtime: 'function', module: 'f.mjs', fields: NUMBERS },
    ...{ task: { kind: 'regression', target: 'y' }, golden: [{ record: { a: 1, b: 1, c: 1 } }] },
  });
  await running.endpoints.restore();
  await running.endpoints.deploy('weighed', weighed);
  await using context = testContext();
  const remote = {
    ...{ runtime: 'remote', url: `http://127.0.0.1:${running.port}`, model: 'weighed', fields: NUMBERS },
    task: { kind: 'regression', target: 'y' },
  };
  const columns = await folder.pack(context, { name: 'columns', ...remote });
  const inputs = { form: 'matrix', name: 'predict', datatype: 'FP64' };
  const matrix = await folder.pack(context, { name: 'matrix', ...remote, inputs });
  await using endpoints = await serveService(context, columns);
  await endpoints.deploy('matrix', matrix);
  const records = Array.from({ length: 20 }, (_, row) => ({ a: row / 3, b: -row, c: row ** 2 }));
  const expected = records.map(({ a, b, c }) => ({ value: 2 * a + 3 * b + 5 * c }));
  for (const name of ['e', 'matrix'])
    assert.deepEqual((await endpoints.predict(name, records)).predictions, expected, name);
});

test('how a text is to be made reaches the language model; what only the protocol means does not', async () => {
  await using provider = await startProvider();
  await using running = await startServer({ empty: true });
  using folder = serviceFolder();
  const chat = await folder.pack(running.context, {
    ...{ name: 'chat', runtime: 'remote', protocol: 'openai', url: provider.url, model: 'stub' },
    ...{ fields: [{ name: 'question', kind: 'category' }], output: { type: 'string' } },
    parameters: { temperature: 0.25 },
  });
  await running.endpoints.restore();
  await running.endpoints.deploy('chat', chat);
  const asked = {
    ...{ text_input: 'Who are you?', max_tokens: 7 },
    parameters: { temperature: 1, top_p: 0.5, stop: ['\n'], details: true, timeout: 5_000_000, n: 9 },
  };
  const path = '/v2/models/chat/generate';
  const answer = await running.send('POST', path, asked, { traceparent: TRACEPARENT });
  assert.equal(answer.json().text_output, 'I am stub', answer.text);
  const { json, headers } = provider.requests.at(-1)!;
  const { model, messages, stream, stream_options, ...sampling } = json;
  assert.deepEqual([model, messages], ['stub', [{ role: 'user', content: 'Who are you?' }]]);
  // What the service file says stands.
  assert.deepEqual(sampling, { temperature: 0.25, top_p: 0.5, stop: ['\n'], max_tokens: 7 });
  assert.equal(headers.traceparent, PASSED_ON);
});

const PROMPT = { name: 'greeting', tags: { 'mlflow.prompt.is_prompt': 'true' } };
const CONFIG = (url: string) => ({
  name: 'prompts',
  serving: { port: 0, gateway: { providers: { stub: { url } } } },
});

test('a prompt of the registry is packed by its alias; its answers say what they cost and what was refused', async () => {
  await using provider = await startProvider((request, response) => {
    const [{ content }] = request.json.messages as { content: string }[];
    if (!content.includes('secret')) return answerAsOpenai(request, response);
    const message = { role: 'assistant', content: null, refusal: 'I will not say.' };
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
    answerJson(response, {
      model: 'gpt-4o-mini',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    });
  });
  const path = mkdtempSync(join(tmpdir(), 'airworthy-prompt-'));
  try {
    writeFileSync(
      join(path, 'airworthy.config.ts'),
      `export default ${JSON.stringify(CONFIG(provider.url))};`,
    );
    const file = join(path, 'greeter.service.yaml');
    const fields = [{ name: 'city', kind: 'category' }];
    const service = { runtime: 'prompt', model: 'stub/gpt-4o-mini', fields, output: { type: 'string' } };
    const spec = { name: 'greeter', ...service, parameters: { seed: 7 }, prompt: 'greeting@production' };
    writeFileSync(file, JSON.stringify(spec));
    await using app = await openApp({ folder: path });
    await createModel(app.context, PROMPT);
    for (const text of ['Greet {{city}}.', 'Say hello to {{city}}.']) {
      const tags = { ...PROMPT.tags, 'mlflow.prompt.text': text };
      await createVersion(app.context, { model: 'greeting', source: 'dummy-source', tags });
    }
    await setAlias(app.context, {
      model: 'greeting',
      alias: 'production',
      version: 2,
      reason: 'reads better',
    });
    const gateway = await app.gateway();
    const { model, version, bundle } = await packService(app.context, file, { gateway });
    const endpoints = await app.endpoints();
    await endpoints.deploy('greeter', { model, version, bundle });

    const greeted = await endpoints.predict('greeter', [{ city: 'Bonn' }], { traceId: TRACE });
    const [answered] = greeted.predictions as { output: unknown; cost: number }[];
    assert.equal(answered.output, 'I am gpt-4o-mini');
    assert.ok(answered.cost > 0 && answered.cost < 0.001, `${answered.cost}`);
    const sent = provider.requests.at(-1)!;
    assert.deepEqual(sent.json.messages, [{ role: 'user', content: 'Say hello to Bonn.' }]);
    assert.equal(sent.json.seed, 7);
    assert.equal(String(sent.headers.traceparent).slice(3, 35), TRACE);
    const refused = await endpoints.predict('greeter', [{ city: 'the secret base' }]);
    const [{ output, cost, ...beside }] = refused.predictions as { output: unknown; cost: number }[];
    assert.deepEqual([output, beside], [null, { refusal: 'I will not say.' }]);
    assert.ok(cost > 0);
    // As the guards of rollouts read them.
    const [declined] = refused.predictions;
    assert.deepEqual([isRefusal(declined), isInvalid(declined), readCost(declined)], [true, false, cost]);
    assert.equal(isRefusal(greeted.predictions[0]), false);

    const server = await serveApp(app);
    try {
      const streamed = await server.post('/v2/models/greeter/generate_stream', {
        ...{ text_input: 'Ulm', parameters: { max_tokens: 9 } },
      });
      const events = (await streamed.text()).split('\n\n').filter(Boolean);
      const pieces = events.map((event) => JSON.parse(event.replace(/^data: /, '')));
      assert.equal(pieces.map(({ text_output }) => text_output).join(''), 'I am gpt-4o-mini');
      assert.equal(pieces.at(-1).done, true);
      assert.equal(provider.requests.at(-1)?.json.max_tokens, 9);
      await endpoints.flush();
      const logged = await endpoints.findPrediction(pieces[0].id);
      assert.ok(typeof (logged.output as { cost?: number }).cost === 'number', JSON.stringify(logged.output));
    } finally {
      await server.close();
    }
    await gateway.flush();
    const usage = await gateway.usage({ by: 'model', from: 0, to: Date.now() + 1 });
    assert.equal(
      usage.items.reduce((sum, { failures }) => sum + failures, 0),
      0,
    );
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
});
