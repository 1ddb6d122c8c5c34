import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { loadProtocol } from '../../src/grpc/load-protocol.ts';
import type { ModelInferRequest, ModelInferResponse } from '../../src/grpc/messages.ts';
import { readTensors, withContents, withRaw } from '../../src/grpc/tensor-contents.ts';
import type { Datatype } from '../../src/models/signature.ts';
import {
  type Tensor,
  tensorFromBytes,
  tensorFromJson,
  tensorToBytes,
  tensorToJson,
} from '../../src/serving/index.ts';
import { ARRAYS, INTEGER_RANGES } from '../../src/serving/tensors/element-types.ts';
import { type ServedServices, serveServices } from './served-services.ts';

/** One request in each of the protocol's four forms: JSON, binary, gRPC's typed contents, gRPC's raw contents. */

const LENGTH = 'inference-header-content-length';
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** JSON writes -0 as 0. */
const plainZero = (value: number) => value + 0;

/** Elements that every form can say. */
function elementsOf(datatype: Datatype, count: number): fc.Arbitrary<Tensor['data']> {
  const many = <Element>(element: fc.Arbitrary<Element>) =>
    fc.array(element, { minLength: count, maxLength: count });
  if (datatype === 'BYTES') return many(fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)));
  if (datatype === 'BOOL') return many(fc.nat(1)).map((values) => Uint8Array.from(values));
  const finite = { noNaN: true, noDefaultInfinity: true };
  if (datatype === 'FP32')
    return many(fc.float(finite)).map((values) => Float32Array.from(values, plainZero));
  if (datatype === 'FP64')
    return many(fc.double(finite)).map((values) => Float64Array.from(values, plainZero));
  const [low, high] = INTEGER_RANGES[datatype]!;
  const whole = fc.bigInt({ min: low < -SAFE ? -SAFE : low, max: high > SAFE ? SAFE : high });
  return many(whole).map((values) => {
    const data = new ARRAYS[datatype as 'INT64'](count);
    const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
    values.forEach((value, at) => {
      data[at] = isBig ? value : Number(value);
    });
    return data;
  });
}

const DATATYPES = 'BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 FP32 FP64 BYTES'.split(
  ' ',
) as Datatype[];
const tensors: fc.Arbitrary<Tensor[]> = fc
  .nat(6)
  .chain((count) =>
    fc.tuple(
      ...DATATYPES.map((name) =>
        elementsOf(name, count).map((data): Tensor => ({ name, datatype: name, shape: [count], data })),
      ),
    ),
  );

const head = ({ name, datatype, shape }: Tensor) => ({ name, datatype, shape });
/** `back` is how the service calls what it gives back. */
const contentOf = (given: readonly Tensor[]) =>
  given.map((tensor) => [
    tensor.name.replace(' back', ''),
    tensor.datatype,
    tensor.shape,
    tensorToBytes(tensor).toString('hex'),
  ]);

describe('the four forms of the protocol', () => {
  let served: ServedServices;
  let client: Client;
  before(async () => {
    served = await serveServices();
    client = new (loadProtocol().inference)(`127.0.0.1:${served.grpcPort}`, credentials.createInsecure());
  });
  after(async () => {
    client.close();
    await served[Symbol.asyncDispose]();
  });

  async function post(body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
    const answer = await fetch(`http://127.0.0.1:${served.httpPort}/v2/models/echo/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headers },
      body: new Uint8Array(Buffer.from(body)),
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return answer;
  }

  async function overJson(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const given = inputs.map((tensor) => ({ ...head(tensor), data: tensorToJson(tensor) }));
    const { outputs } = (await (await post(JSON.stringify({ inputs: given }))).json()) as {
      outputs: Parameters<typeof tensorFromJson>[0][];
    };
    return outputs.map((output) => tensorFromJson(output, { missing: false }));
  }

  async function overBinary(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const parts = inputs.map(tensorToBytes);
    const given = inputs.map((tensor, at) => ({
      ...head(tensor),
      parameters: { binary_data_size: parts[at].length },
    }));
    const json = Buffer.from(JSON.stringify({ inputs: given, parameters: { binary_data_output: true } }));
    const answer = await post(Buffer.concat([json, ...parts]), { [LENGTH]: String(json.length) });
    const body = Buffer.from(await answer.arrayBuffer());
    let at = Number(answer.headers.get(LENGTH));
    const { outputs } = JSON.parse(body.subarray(0, at).toString()) as {
      outputs: (Parameters<typeof tensorFromBytes>[0] & { parameters: { binary_data_size: number } })[];
    };
    return outputs.map((output) => {
      const start = at;
      at += output.parameters.binary_data_size;
      return tensorFromBytes(output, body.subarray(start, at));
    });
  }

  function overGrpc(
    request: Pick<ModelInferRequest, 'inputs'> & Partial<ModelInferRequest>,
  ): Promise<Tensor[]> {
    const infer = client['ModelInfer' as keyof Client] as unknown as (
      request: object,
      done: (error: ServiceError | null, answer: ModelInferResponse) => void,
    ) => void;
    return new Promise((resolve, reject) => {
      infer.call(client, { model_name: 'echo', ...request }, (error, answer) => {
        if (error) return reject(error);
        const { outputs = [], raw_output_contents = [] } = answer;
        const isRaw = raw_output_contents.length > 0;
        const plain = outputs.map(({ contents, ...output }) =>
          isRaw ? output : { ...output, ...(contents ? { contents } : {}) },
        );
        const asked = { model_name: '', model_version: '', id: '', parameters: {}, outputs: [] };
        resolve(readTensors({ ...asked, inputs: plain, raw_input_contents: raw_output_contents }));
      });
    });
  }

  const overTyped = (inputs: readonly Tensor[]) => overGrpc({ inputs: inputs.map(withContents) });
  const overRaw = (inputs: readonly Tensor[]) => {
    const { outputs, raw_output_contents } = withRaw(inputs);
    return overGrpc({ inputs: outputs, raw_input_contents: raw_output_contents });
  };

  test('whatever the tensors, each form gives the same answer', async () => {
    await fc.assert(
      fc.asyncProperty(tensors, async (inputs) => {
        const answers = await Promise.all(
          [overJson, overBinary, overTyped, overRaw].map((ask) => ask(inputs)),
        );
        for (const answer of answers) assert.deepEqual(contentOf(answer), contentOf(inputs));
      }),
      { numRuns: 60 },
    );
  });

  test('what a function cannot be given exactly is refused in each form, in the same words', async () => {
    const [inputs] = fc.sample(
      tensors.filter((each) => each[0].shape[0] === 1),
      1,
    );
    const cases: [Datatype, Tensor['data'], RegExp][] = [
      ['INT64', BigInt64Array.of(2n ** 53n + 1n), /element 0 is 9007199254740993, which is beyond 2\^53/],
      ['UINT64', BigUint64Array.of(2n ** 64n - 1n), /18446744073709551615, which is beyond 2\^53/],
      [
        'FP32',
        Float32Array.of(Number.POSITIVE_INFINITY),
        /input "FP32": element 0 is Infinity, which JSON cannot say/,
      ],
      ['BYTES', [Buffer.from([0xff])], /input "BYTES": element 0 is no UTF-8 text/],
    ];
    for (const [datatype, data, message] of cases) {
      const given = inputs.map((tensor) => (tensor.datatype === datatype ? { ...tensor, data } : tensor));
      await assert.rejects(
        overBinary(given),
        (error: Error) => /^400 /.test(error.message) && message.test(error.message.replaceAll('\\"', '"')),
      );
      for (const ask of [overTyped, overRaw])
        await assert.rejects(ask(given), { code: status.INVALID_ARGUMENT, details: message });
    }
    const missing = inputs.map((tensor) =>
      tensor.datatype === 'FP64' ? { ...tensor, data: Float64Array.of(Number.NaN) } : tensor,
    );
    const nan = Buffer.from(Float64Array.of(Number.NaN).buffer).toString('hex');
    for (const ask of [overJson, overBinary, overTyped, overRaw])
      assert.equal(contentOf(await ask(missing)).find(([name]) => name === 'FP64')?.[3], nan);
  });
});
