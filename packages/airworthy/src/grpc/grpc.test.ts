import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Client, credentials, type Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type TestContext, testContext } from '../../test/test-context.ts';
import { createEndpoints, createStatistics, type Endpoints, ServingConfig } from '../serving/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../serving/testing/write-bundle.ts';
import { type GrpcListener, listenGrpc } from './listen-grpc.ts';

const TOKEN = 'a-long-random-text';
const MODEL = 'flight-delays';

type Message = Record<string, unknown>;
type Unary = (
  request: Message,
  metadata: Metadata,
  options: { deadline?: number },
  done: (error: ServiceError | null, answer: Message) => void,
) => void;

/** One flight, typed. */
function inputs(): Message[] {
  const text = (value: string) => ({ bytes_contents: [Buffer.from(value)] });
  return [
    { name: 'date', datatype: 'BYTES', shape: [1, 1], contents: text(FLIGHT.date) },
    { name: 'distance', datatype: 'INT32', shape: [1, 1], contents: { int_contents: [FLIGHT.distance] } },
    { name: 'origin', datatype: 'BYTES', shape: [1, 1], contents: text(FLIGHT.origin) },
    { name: 'stops', datatype: 'INT64', shape: [1, 1], contents: { int64_contents: ['2'] } },
    { name: 'refundable', datatype: 'BOOL', shape: [1, 1], contents: { bool_contents: [true] } },
  ];
}

describe('Open Inference Protocol over gRPC', () => {
  let context: TestContext;
  let endpoints: Endpoints;
  let listener: GrpcListener;
  let inference: Client;
  let health: Client;
  let allowed: Metadata;
  let anonymous: Metadata;

  before(async () => {
    context = testContext();
    const statistics = createStatistics(context.clock);
    const config = ServingConfig.parse({});
    endpoints = createEndpoints(context, { config, counter: statistics });
    await endpoints.restore();
    await endpoints.deploy(MODEL, await writeRelease(context, flightModel()));
    const dependencies = { context, endpoints, statistics, config, alias: 'champion', version: '1.2.3' };
    listener = await listenGrpc({ ...dependencies, token: TOKEN }, { host: '127.0.0.1', port: 0 });
    const { Metadata } = await import('@grpc/grpc-js');
    const { loadProtocol } = await import('./load-protocol.ts');
    const protocol = loadProtocol();
    const address = `127.0.0.1:${listener.port}`;
    inference = new protocol.inference(address, credentials.createInsecure());
    health = new protocol.health(address, credentials.createInsecure());
    anonymous = new Metadata();
    allowed = new Metadata();
    allowed.set('authorization', `Bearer ${TOKEN}`);
  });
  after(async () => {
    inference.close();
    health.close();
    await listener.close();
    await endpoints.close();
    await context[Symbol.asyncDispose]();
  });

  const call = (method: string, request: Message = {}, metadata = allowed, client = inference) =>
    new Promise<Message>((resolve, reject) => {
      const send = client[method as keyof Client] as unknown as Unary;
      send.call(client, request, metadata, {}, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  const infer = (request: Message = {}) =>
    call('ModelInfer', { model_name: MODEL, inputs: inputs(), ...request });
  const refuses = (asked: Promise<unknown>, code: status, message: RegExp) =>
    assert.rejects(asked, (error: ServiceError) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.details, message);
      return true;
    });

  test('server, model, configuration, repository and statistics', async () => {
    assert.deepEqual(await call('ServerLive', {}, anonymous), { live: true });
    assert.deepEqual(await call('ServerReady', {}, anonymous), { ready: true });
    assert.equal((await call('ServerMetadata')).version, '1.2.3');
    const { versions, inputs: columns } = await call('ModelMetadata', { name: MODEL });
    assert.deepEqual(versions, ['1']);
    assert.deepEqual((columns as Message[])[0], { name: 'date', datatype: 'FP64', shape: ['-1', '1'] });
    assert.deepEqual(await call('ModelReady', { name: MODEL, version: '1' }), { ready: true });
    const { config } = await call('ModelConfig', { name: MODEL });
    assert.equal((config as { output: Message[] }).output[1].data_type, 'TYPE_STRING');
    const ready = { name: MODEL, version: '1', state: 'READY', reason: '' };
    assert.deepEqual(await call('RepositoryIndex'), { models: [ready] });
    // KServe's clients send the name as the first field, which is the repository's elsewhere.
    const loaded = { model_name: MODEL, isLoaded: true };
    assert.deepEqual(await call('RepositoryModelLoad', { repository_name: MODEL }), loaded);
    await infer();
    const { model_stats } = await call('ModelStatistics', { name: MODEL });
    assert.equal((model_stats as Message[])[0].inference_count, '1');
  });

  test('typed contents are answered in typed contents, raw ones in raw: the same as the plain door', async () => {
    const { predictions } = await endpoints.predict(MODEL, [
      { ...FLIGHT, destination: null, stops: 2, refundable: true },
    ]);
    const [{ probability, label }] = predictions as { probability: number; label: boolean }[];
    const typed = await infer({ id: 'mine' });
    assert.deepEqual([typed.id, typed.model_version], ['mine', '1']);
    const [first, second] = typed.outputs as { contents: Record<string, unknown[]> }[];
    assert.deepEqual(first.contents.fp64_contents, [probability]);
    assert.deepEqual(second.contents.bytes_contents, [Buffer.from(String(label))]);
    const date = Buffer.from(Float64Array.of(Date.parse(FLIGHT.date)).buffer);
    const distance = Buffer.from(Float32Array.of(FLIGHT.distance).buffer);
    const origin = Buffer.from('\x03\0\0\0ORD', 'latin1');
    const raw = await infer({
      inputs: [
        { name: 'date', datatype: 'FP64', shape: [1, 1] },
        { name: 'distance', datatype: 'FP32', shape: [1, 1] },
        { name: 'origin', datatype: 'BYTES', shape: [1, 1] },
        { name: 'stops', datatype: 'FP16', shape: [1, 1] },
        { name: 'refundable', datatype: 'BOOL', shape: [1, 1] },
      ],
      outputs: [{ name: 'probability' }],
      raw_input_contents: [date, distance, origin, Buffer.of(0x00, 0x40), Buffer.of(1)],
    });
    assert.deepEqual(raw.raw_output_contents, [Buffer.from(Float64Array.of(probability).buffer)]);
    assert.equal((raw.outputs as unknown[]).length, 1);
  });

  test('a matrix of numbers beside texts is the fields that are left', async () => {
    const [date, , origin] = inputs();
    const matrix = {
      ...{ name: 'numbers', datatype: 'FP32', shape: [1, 3] },
      contents: { fp32_contents: [FLIGHT.distance, 2, 1] },
    };
    const destination = { ...origin, name: 'destination', contents: { bytes_contents: [Buffer.alloc(0)] } };
    const asked = { outputs: [{ name: 'probability' }] };
    const given = await infer({ ...asked, inputs: [date, origin, destination, matrix] });
    assert.deepEqual(given.outputs, (await infer(asked)).outputs);
  });

  test('what cannot be answered has a status and says why', async () => {
    const [date, distance, ...rest] = inputs();
    await refuses(call('ModelMetadata', { name: MODEL }, anonymous), status.UNAUTHENTICATED, /no token/);
    await refuses(infer({ model_name: 'nothing' }), status.NOT_FOUND, /nothing/);
    await refuses(infer({ model_version: '01' }), status.NOT_FOUND, /01/);
    await refuses(infer({ inputs: [date] }), status.INVALID_ARGUMENT, /"distance" is missing/);
    const none = { ...distance, contents: { int_contents: [] } };
    await refuses(infer({ inputs: [date, none, ...rest] }), status.INVALID_ARGUMENT, /so 1 elements/);
    await refuses(
      infer({ raw_input_contents: [Buffer.alloc(1)] }),
      status.INVALID_ARGUMENT,
      /5 inputs and 1 raw/,
    );
    await refuses(
      infer({ raw_input_contents: new Array(5).fill(Buffer.alloc(8)) }),
      status.INVALID_ARGUMENT,
      /contents beside raw/,
    );
    const small = { ...distance, datatype: 'INT8', contents: { int_contents: [733] } };
    await refuses(
      infer({ inputs: [date, small, ...rest] }),
      status.INVALID_ARGUMENT,
      /733, which is no INT8/,
    );
    const far = { ...distance, contents: { int_contents: [9_000] } };
    await refuses(
      infer({ inputs: [date, far, ...rest] }),
      status.INVALID_ARGUMENT,
      /distance must be at most 5000/,
    );
    await refuses(
      infer({ parameters: { sequence_id: { int64_param: '7' } } }),
      status.UNIMPLEMENTED,
      /no sequences/,
    );
    await refuses(
      infer({ inputs: [{ ...date, contents: { bytes_contents: [Buffer.alloc(11 << 20)] } }] }),
      status.RESOURCE_EXHAUSTED,
      /larger/,
    );
  });

  test('a stream is answered in its order; what fails does not end it', async () => {
    const open = inference['ModelStreamInfer' as keyof Client] as unknown as (metadata: Metadata) => {
      write(request: Message): void;
      end(): void;
    } & AsyncIterable<{ error_message: string; infer_response: { id: string } }>;
    const stream = open.call(inference, allowed);
    for (let index = 0; index < 100; index++) {
      const bad = index === 50 ? { inputs: [] } : {};
      stream.write({ model_name: MODEL, id: String(index), inputs: inputs(), ...bad });
    }
    stream.end();
    const ids: string[] = [];
    for await (const { error_message, infer_response } of stream) {
      ids.push(infer_response.id);
      assert.equal(error_message !== '', infer_response.id === '50', error_message);
    }
    assert.deepEqual(
      ids,
      Array.from({ length: 100 }, (_, index) => String(index)),
    );
  });

  test('health, and what is no gRPC at all', async () => {
    const check = (service: string) => call('Check', { service }, anonymous, health);
    for (const service of ['', 'inference.GRPCInferenceService', MODEL])
      assert.deepEqual(await check(service), { status: 'SERVING' });
    await refuses(check('nothing'), status.NOT_FOUND, /neither a service nor an endpoint/);
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.on('error', resolve).on('close', resolve).resume());
    assert.deepEqual(await check(''), { status: 'SERVING' });
  });
});
