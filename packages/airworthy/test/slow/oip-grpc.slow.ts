import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChannelCredentials,
  type Client,
  credentials,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { loadProtocol } from '../../src/grpc/load-protocol.ts';
import { makeCertificate } from '../../src/http/testing/secure-client.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';
import { serveServices } from './served-services.ts';

/** gRPC when it is not a sunny day: encrypted, overloaded, late, closing, broken in the middle; and as `airworthy up` starts it. */

interface InferResponse {
  model_name: string;
  id: string;
  outputs: { name: string; contents?: { int_contents?: number[]; fp64_contents?: number[] } }[];
  raw_output_contents: Buffer[];
}
interface StreamAnswer {
  error_message: string;
  infer_response: InferResponse;
}
type Unary = (
  request: object,
  options: { deadline?: number },
  done: (error: ServiceError | null, answer: InferResponse) => void,
) => { getPeer(): string };
type Stream = { write(request: object): void; end(): void } & AsyncIterable<StreamAnswer>;

function connect(port: number, how: ChannelCredentials = credentials.createInsecure()) {
  const client: Client = new (loadProtocol().inference)(`localhost:${port}`, how);
  const call = (method: string, request: object = {}, timeoutMs = 20_000) =>
    new Promise<InferResponse>((resolve, reject) => {
      const send = client[method as keyof Client] as unknown as Unary;
      const options = { deadline: Date.now() + timeoutMs };
      send.call(client, request, options, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  return {
    call,
    stream: () => (client['ModelStreamInfer' as keyof Client] as unknown as () => Stream).call(client),
    [Symbol.dispose]: () => client.close(),
  };
}

async function gather(stream: Stream): Promise<StreamAnswer[]> {
  const answers: StreamAnswer[] = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

const sleeping = (ms: number) => ({
  model_name: 'slow',
  inputs: [{ name: 'ms', datatype: 'INT32', shape: [1], contents: { int_contents: [ms] } }],
});
const asking = (text: string, parameters: object = {}) => ({
  ...{ model_name: 'chat', id: text, parameters },
  inputs: [
    { name: 'text_input', datatype: 'BYTES', shape: [1], contents: { bytes_contents: [Buffer.from(text)] } },
  ],
});

test('over TLS with the server’s certificate, and with no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-grpc-'));
  const own = makeCertificate(folder, 'server');
  const other = makeCertificate(folder, 'other');
  const tls = () => ({ cert: readFileSync(own.certificate), key: readFileSync(own.key) });
  try {
    await using served = await serveServices({ tls });
    using secure = connect(served.grpcPort, credentials.createSsl(readFileSync(own.certificate)));
    assert.deepEqual((await secure.call('ModelInfer', sleeping(1))).outputs[0].contents?.int_contents, [1]);
    using wrong = connect(served.grpcPort, credentials.createSsl(readFileSync(other.certificate)));
    await assert.rejects(wrong.call('ServerLive', {}, 3_000), { code: status.UNAVAILABLE });
    using plain = connect(served.grpcPort);
    await assert.rejects(plain.call('ServerLive', {}, 3_000), { code: status.UNAVAILABLE });
    assert.ok(await secure.call('ServerLive'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('more than can be answered is refused with when to come again; what is let in is answered', async () => {
  await using served = await serveServices({ serving: { queue: { records: 12 } } });
  using client = connect(served.grpcPort);
  await client.call('ModelInfer', sleeping(1));
  const asked = await Promise.allSettled(
    Array.from({ length: 60 }, () => client.call('ModelInfer', sleeping(100))),
  );
  const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as ServiceError] : []));
  assert.ok(refused.length >= 10 && refused.length <= 48, `${refused.length} of 60 refused`);
  for (const { code, metadata } of refused) {
    assert.equal(code, status.RESOURCE_EXHAUSTED);
    assert.deepEqual(metadata.get('airworthy-code'), ['OVERLOADED']);
    assert.ok(Number((metadata as Metadata).get('retry-after-ms')[0]) > 0);
  }
  assert.deepEqual((await client.call('ModelInfer', sleeping(2))).outputs[0].contents?.int_contents, [2]);
});

test('a deadline ends the wait, not the process; who does not wait any more is not computed for', async () => {
  await using served = await serveServices();
  using client = connect(served.grpcPort);
  const began = performance.now();
  await assert.rejects(client.call('ModelInfer', sleeping(2_000), 150), { code: status.DEADLINE_EXCEEDED });
  assert.ok(performance.now() - began < 1_000);
  const late = { ...sleeping(2_000), parameters: { timeout: { int64_param: '100000' } } };
  await assert.rejects(client.call('ModelInfer', late), { code: status.DEADLINE_EXCEEDED });
  assert.deepEqual((await client.call('ModelInfer', sleeping(3))).outputs[0].contents?.int_contents, [3]);
});

test('calls in flight are answered while the server closes, streams among them; new ones are not taken', async () => {
  await using served = await serveServices();
  using client = connect(served.grpcPort);
  await client.call('ServerLive');
  const flying = Array.from({ length: 8 }, () => client.call('ModelInfer', sleeping(400)));
  const stream = client.stream();
  for (const id of ['a', 'b', 'c']) stream.write({ ...sleeping(300), id });
  stream.end();
  const streamed = gather(stream);
  await sleep(100);
  const closed = served.closeGrpc();
  const answers = await Promise.all(flying);
  assert.ok(answers.every(({ outputs }) => outputs[0].contents?.int_contents?.[0] === 400));
  const ids = (await streamed).map(({ error_message, infer_response }) => error_message || infer_response.id);
  assert.deepEqual(ids, ['a', 'b', 'c']);
  await closed;
  using late = connect(served.grpcPort);
  await assert.rejects(late.call('ServerLive', {}, 1_000), (error: ServiceError) =>
    [status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(error.code),
  );
});

test('a text that breaks off ends in an error, and the stream goes on with the next request', async () => {
  await using served = await serveServices();
  using client = connect(served.grpcPort);
  const stream = client.stream();
  stream.write(asking('first'));
  stream.write(asking('broken', { breaks: { bool_param: true } }));
  stream.write({ ...sleeping(1), id: 'third' });
  stream.write(asking('last', { max_tokens: { int64_param: '7' } }));
  stream.end();
  const said: Record<string, string> = {};
  const ended: string[] = [];
  for await (const { error_message, infer_response } of stream) {
    const { id, raw_output_contents: raw } = infer_response;
    const text = raw.length === 0 ? '' : raw[0].subarray(4).toString();
    said[id] = (said[id] ?? '') + (error_message === '' ? text : ` [${error_message}]`);
    if (ended.at(-1) !== id) ended.push(id);
  }
  assert.deepEqual(ended, ['first', 'broken', 'third', 'last']);
  assert.equal(said.first, 'I am stub');
  assert.match(said.broken, /^I {2}\[.+\]$/);
  assert.equal(said.last, 'I am stub');
});

test('REST and gRPC as `airworthy up` starts them, and as it ends them', async (t) => {
  using project = createTinyProject({ trials: 1 });
  assert.equal((await runCommandLine(['ship'], { cwd: project.folder })).code, 0);
  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
  const [, port] = await server.sees(/gRPC at 127\.0\.0\.1:(\d+)/);
  const inputs = [
    { name: 'weight', datatype: 'FP64', shape: [2, 1], data: [29, 3] },
    { name: 'distance', datatype: 'FP64', shape: [2, 1], data: [950, 20] },
    { name: 'carrier', datatype: 'BYTES', shape: [2, 1], data: ['road', 'boat'] },
  ];
  const index = await fetch(`${address}/v2/repository/index`, { method: 'POST' });
  const models = (await index.json()) as { name: string; state: string }[];
  const { name } = models.find(({ state }) => state === 'READY')!;
  const rest = await fetch(`${address}/v2/models/${name}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs, outputs: [{ name: 'probability' }] }),
  });
  const answered = (await rest.json()) as { outputs: { data: number[] }[] };
  assert.equal(rest.status, 200, JSON.stringify(answered));
  using client = connect(Number(port));
  const typed = inputs.map(({ data, ...tensor }) => ({
    ...tensor,
    contents:
      tensor.datatype === 'BYTES'
        ? { bytes_contents: data.map((each) => Buffer.from(String(each))) }
        : { fp64_contents: data },
  }));
  const request = { model_name: name, inputs: typed, outputs: [{ name: 'probability' }] };
  const given = await client.call('ModelInfer', request);
  assert.deepEqual(given.outputs[0].contents?.fp64_contents, answered.outputs[0].data);
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output.err);
});
