import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../src/http/testing/start-server.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import { serveService, serviceFolder } from '../../src/lifecycle/packing/testing/service-folder.ts';
import type { Model } from '../../src/models/model.ts';
import { encodeOnnx } from '../../src/models/onnx/encode-model.ts';
import { ATTRIBUTE, encodeModelProto, type OnnxMessage } from '../../src/models/onnx/onnx-messages.ts';
import { signatureOf } from '../../src/models/signature.ts';
import type { Tensor } from '../../src/serving/index.ts';
import { FLIGHT, flightModel, writeBundle, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import { testContext } from '../test-context.ts';

/** Element types by ONNX's numbers, those that our own graphs do not have among them. */
const TYPES = { float: 1, int64: 7, half: 10, double: 11, bfloat16: 16 } as const;

const valueInfo = (name: string, elemType: number, width?: number): OnnxMessage => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: { dim: [{ dimParam: 'N' }, ...(width === undefined ? [] : [{ dimValue: width }])] },
    },
  },
});
const ints = (name: string, values: readonly number[]) => ({ name, type: ATTRIBUTE.ints, ints: values });
const doubles = (name: string, values: readonly number[]) => ({
  ...{ name, type: ATTRIBUTE.tensor },
  t: {
    ...{ dims: [values.length], dataType: TYPES.double },
    rawData: new Uint8Array(Float64Array.from(values).buffer),
  },
});

/**
 * A stump as skl2onnx writes it, with weights of both classes: x <= 5 is class 1 with 0.1, else with 0.8. The runtime's
 * own label is 1 wherever the weight of class 1 is above 0.
 */
function stumpWithBothClasses(): Uint8Array {
  const modes = ['BRANCH_LEQ', 'LEAF', 'LEAF'].map((text) => Buffer.from(text));
  const attribute = [
    ints('nodes_treeids', [0, 0, 0]),
    ints('nodes_nodeids', [0, 1, 2]),
    ints('nodes_featureids', [0, 0, 0]),
    { name: 'nodes_modes', type: ATTRIBUTE.strings, strings: modes },
    doubles('nodes_values_as_tensor', [5, 0, 0]),
    ints('nodes_truenodeids', [1, 0, 0]),
    ints('nodes_falsenodeids', [2, 0, 0]),
    ints('class_treeids', [0, 0, 0, 0]),
    ints('class_nodeids', [1, 1, 2, 2]),
    ints('class_ids', [0, 1, 0, 1]),
    doubles('class_weights_as_tensor', [0.9, 0.1, 0.2, 0.8]),
    ints('classlabels_int64s', [0, 1]),
  ];
  const node = { opType: 'TreeEnsembleClassifier', domain: 'ai.onnx.ml', input: ['X'], attribute };
  return encodeModelProto({
    irVersion: 8,
    graph: {
      name: 'stump',
      node: [{ ...node, output: ['label', 'probabilities'] }],
      input: [valueInfo('X', TYPES.double, 1)],
      output: [valueInfo('label', TYPES.int64), valueInfo('probabilities', TYPES.float, 2)],
    },
    opsetImport: [
      { domain: '', version: 15 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
  });
}

function identity(elemType: number): Uint8Array {
  return encodeModelProto({
    irVersion: 8,
    graph: {
      name: 'same',
      node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
      input: [valueInfo('x', elemType, 2)],
      output: [valueInfo('y', elemType, 2)],
    },
    opsetImport: [{ domain: '', version: 15 }],
  });
}

test('the label is what the probability says, whatever label the ONNX runtime gives', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  const graph = stumpWithBothClasses();
  await folder.write('stump.onnx', graph);
  const packed = await folder.pack(context, { name: 'stump', runtime: 'onnx', graph: 'stump.onnx' });
  await using endpoints = await serveService(context, packed);
  const x: Tensor = { name: 'X', datatype: 'FP64', shape: [2, 1], data: Float64Array.of(1, 9) };
  const { outputs } = await endpoints.infer('e', [x]);
  assert.deepEqual(outputs[0].data, BigInt64Array.of(1n, 1n), 'the trap is not there any more');

  const model: Model = {
    ...{ format: 'airworthy-model/1', features: [] },
    task: { kind: 'binary', target: 'late', classes: ['false', 'true'] },
    fields: [{ name: 'x', kind: 'number', nullable: false }],
    estimator: {
      ...{ kind: 'onnx', digest: sha256(graph) },
      inputs: { form: 'matrix', name: 'X', type: 'float64' },
      output: { name: 'probabilities', columns: 2 },
    },
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const files = new Map([
    ['model.json', json(model)],
    ['model.onnx', Buffer.from(graph)],
    ['signature.json', json(signatureOf(model))],
    ['golden.json', json({ pairs: [{ record: { x: 1 }, scores: [Math.fround(0.1)] }] })],
  ]);
  await endpoints.deploy('late', await writeBundle(context, 'late', files));
  const { predictions } = await endpoints.predict('late', [{ x: 1 }, { x: 9 }]);
  assert.deepEqual(predictions, [
    { label: false, probability: Math.fround(0.1) },
    { label: true, probability: Math.fround(0.8) },
  ]);
});

test('16-bit floats, NaN and infinities pass through a graph over HTTP; what JSON cannot say is refused', async () => {
  await using running = await startServer();
  using folder = serviceFolder();
  for (const [name, type] of Object.entries({ half: TYPES.half, float: TYPES.float })) {
    await folder.write('same.onnx', identity(type));
    const packed = await folder.pack(running.context, { name, runtime: 'onnx', graph: 'same.onnx' });
    await running.endpoints.deploy(name, packed);
  }
  const ask = (model: string, input: object, bytes: Buffer = Buffer.alloc(0), parameters = {}) => {
    const json = Buffer.from(JSON.stringify({ inputs: [{ name: 'x', ...input }], parameters }));
    return fetch(`http://127.0.0.1:${running.port}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        ...(bytes.length > 0 ? { 'inference-header-content-length': String(json.length) } : {}),
      },
      body: Buffer.concat([json, bytes]),
    });
  };
  const binary = async (model: string, datatype: string, bytes: Buffer, shape: number[]) => {
    const input = { datatype, shape, parameters: { binary_data_size: bytes.length } };
    const answer = await ask(model, input, bytes, { binary_data_output: true });
    if (answer.status !== 200) assert.fail(await answer.text());
    const length = Number(answer.headers.get('inference-header-content-length'));
    return Buffer.from(await answer.arrayBuffer()).subarray(length);
  };
  // 1, -0, infinity, -infinity, NaN, the smallest.
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x0001).buffer);
  assert.deepEqual(await binary('half', 'FP16', halves, [3, 2]), halves);
  const floats = Buffer.from(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -1e38, -0).buffer);
  assert.deepEqual(await binary('float', 'FP32', floats, [2, 2]), floats);

  const refused = async (answer: Response, message: RegExp) => {
    assert.equal(answer.status, 400);
    assert.match(((await answer.json()) as { error: string }).error, message);
  };
  await refused(
    await ask('half', { datatype: 'FP16', shape: [1, 2], data: [1, 2] }),
    /FP16 has no JSON form/,
  );
  const asJson = { datatype: 'FP16', shape: [3, 2], parameters: { binary_data_size: halves.length } };
  await refused(await ask('half', asJson, halves), /FP16, which has no JSON form; ask for it in binary/);
  const infinite = { datatype: 'FP32', shape: [2, 2], parameters: { binary_data_size: floats.length } };
  await refused(await ask('float', infinite, floats), /element 1 is Infinity, which JSON cannot say/);
  await refused(await ask('half', { datatype: 'FP32', shape: [1, 2], data: [1, 2] }), /the model takes FP16/);
  const nan = await ask('float', { datatype: 'FP32', shape: [1, 2], data: [null, 2] });
  assert.deepEqual(((await nan.json()) as { outputs: { data: unknown }[] }).outputs[0].data, [null, 2]);
});

test('a graph of bfloat16, or one that this runtime cannot run, is refused when it is packed', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  const refused = async (graph: Uint8Array, message: RegExp) => {
    await folder.write('graph.onnx', graph);
    const packing = folder.pack(context, { name: 'g', runtime: 'onnx', graph: 'graph.onnx' });
    await assert.rejects(packing, { code: 'MODEL_INVALID', message });
  };
  await refused(identity(TYPES.bfloat16), /bfloat16/);
  const foreign = {
    name: 'foreign',
    node: [{ opType: 'FusedForAnotherDevice', domain: 'com.example.device', input: ['x'], output: ['y'] }],
    input: [valueInfo('x', TYPES.float, 2)],
    output: [valueInfo('y', TYPES.float, 2)],
  };
  const opsetImport = [
    { domain: '', version: 15 },
    { domain: 'com.example.device', version: 1 },
  ];
  await refused(encodeModelProto({ irVersion: 8, graph: foreign, opsetImport }), /FusedForAnotherDevice/);
  await refused(encodeOnnx(flightModel()).subarray(0, 200), /cannot load the graph/);
});

test('weights that were changed after packing are not served, and the former release goes on', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('same.onnx', identity(TYPES.float));
  const packed = await folder.pack(context, { name: 'same', runtime: 'onnx', graph: 'same.onnx' });
  await using endpoints = await serveService(context, packed);
  await folder.write('same.onnx', identity(TYPES.double));
  const next = await folder.pack(context, { name: 'same', runtime: 'onnx', graph: 'same.onnx' });
  const weights = join(context.store.folder, 'bundles', next.bundle, 'model.onnx');
  const bytes = await readFile(weights);
  bytes[bytes.length - 1] ^= 1;
  await writeFile(weights, bytes);
  await assert.rejects(endpoints.deploy('e', next), { code: 'BUNDLE_ALTERED', message: /model\.onnx/ });
  const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) };
  assert.deepEqual((await endpoints.infer('e', [x])).outputs[0].data, x.data);
});

test('a graph of megabytes is loaded and run without stalling the event loop', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  const rows = 1_000_000;
  const weights = Buffer.alloc(rows * 2 * 4, 1);
  const initializer = [{ dims: [rows, 2], dataType: TYPES.float, name: 'w', rawData: weights }];
  const graph = {
    ...{ name: 'large', initializer },
    node: [
      { opType: 'ReduceSum', input: ['w'], output: ['sum'] },
      { opType: 'Add', input: ['x', 'sum'], output: ['y'] },
    ],
    input: [valueInfo('x', TYPES.float, 2)],
    output: [valueInfo('y', TYPES.float, 2)],
  };
  const opsetImport = [{ domain: '', version: 15 }];
  await folder.write('large.onnx', encodeModelProto({ irVersion: 8, graph, opsetImport }));
  const packed = await folder.pack(context, { name: 'large', runtime: 'onnx', graph: 'large.onnx' });
  await using endpoints = await serveService(context, packed);
  const holds: number[] = [];
  for (const name of ['first', 'second', 'third'])
    holds.push(
      await longestHold(async () => {
        await endpoints.deploy(name, packed);
        const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) };
        await endpoints.infer(name, [x]);
      }),
    );
  const said = `longest holds of the loop while a graph is loaded, in ms: ${holds.map((ms) => ms.toFixed(1)).join(', ')}`;
  assert.ok(Math.max(...holds) < 40, said);
  console.log(said);
});

/** Milliseconds of this thread's own work in the longest turn of its loop: others on the machine do not count. */
async function longestHold(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = threadMs();
  const timer = setInterval(() => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await sleep(20);
  longest = 0;
  await work();
  clearInterval(timer);
  return longest;
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

test('without the ONNX runtime a graph says what is missing, and other models are served', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  await folder.write('same.onnx', identity(TYPES.float));
  const graph = await folder.pack(context, { name: 'same', runtime: 'onnx', graph: 'same.onnx' });
  const native = await writeRelease(context, flightModel());
  const words = [
    ...['--conditions=development', `--import=${new URL('hide-onnx.ts', import.meta.url)}`],
    ...[join(import.meta.dirname, 'serve-releases.ts'), context.store.folder],
    JSON.stringify([
      { release: graph, records: [] },
      { release: native, records: [FLIGHT] },
    ]),
  ];
  // One process at a time has a data folder.
  await context.store.close();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = child.stdout.toArray();
  await once(child, 'close');
  const said = JSON.parse(Buffer.concat(await printed).toString()) as { code?: string; answers?: number }[];
  assert.deepEqual(said, [{ code: 'ONNX_RUNTIME_MISSING' }, { answers: 1 }]);
});
