import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenGrpc, type TlsPair } from '../../src/grpc/listen-grpc.ts';
import { createServer } from '../../src/http/create-server.ts';
import { testProject } from '../../src/http/testing/test-project.ts';
import { packService } from '../../src/lifecycle/packing/pack-service.ts';
import { startProvider } from '../../src/serving/gateway/testing/stub-provider.ts';
import { createEndpoints, createStatistics, type Release, ServingConfig } from '../../src/serving/index.ts';
import { flightModel, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import type { Context } from '../../src/store/ports.ts';
import { testContext } from '../test-context.ts';

const DATATYPES = 'BOOL INT8 INT16 INT32 INT64 UINT8 UINT16 UINT32 UINT64 FP32 FP64 BYTES'.split(' ');

/** `simple` is what Triton's examples ask; `echo` gives back every datatype that JSON has. */
const FUNCTIONS = `
const add = (a, b, sign) => a.data.map((value, index) => value + sign * b.data[index]);
export function simple({ INPUT0, INPUT1 }) {
  const { shape } = INPUT0;
  return {
    OUTPUT0: { shape, data: add(INPUT0, INPUT1, 1) },
    OUTPUT1: { shape, data: add(INPUT0, INPUT1, -1) },
  };
}
export const echo = (inputs) =>
  Object.fromEntries(Object.entries(inputs).map(([name, { shape, data }]) => [name + ' back', { shape, data }]));
export async function slow({ ms }) {
  await new Promise((done) => setTimeout(done, ms.data[0]));
  return { slept: ms.data };
}
`;

const row = (name: string) => ({ name, datatype: 'INT32', shape: [-1, 16] });
const list = (name: string, datatype: string) => ({ name, datatype, shape: [-1] });

export interface ServedServices extends AsyncDisposable {
  httpPort: number;
  grpcPort: number;
  /** Lets calls over gRPC in flight end. */
  closeGrpc(): Promise<void>;
}

/** A server over HTTP and gRPC with `flight-delays`, the functions above and a model that makes text; `loads` is packed alone. */
export async function serveServices({
  serving = {},
  tls,
}: {
  serving?: object;
  tls?: () => TlsPair;
} = {}): Promise<ServedServices> {
  await using stack = new AsyncDisposableStack();
  const context = stack.use(testContext());
  const folder = mkdtempSync(join(tmpdir(), 'services-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const provider = stack.use(await startProvider());
  const statistics = createStatistics(context.clock);
  const config = ServingConfig.parse({ port: 0, ...serving });
  const project = testProject();
  const endpoints = createEndpoints(context, { config, counter: statistics });
  stack.defer(() => endpoints.close());
  await endpoints.restore();
  for (const release of [
    await writeRelease(context, flightModel()),
    ...(await packAll(context, folder, provider.url)),
  ])
    await endpoints.deploy(release.model, release);
  const server = createServer({ context, project, endpoints, statistics, config, version: '0.0.0' });
  stack.defer(() => server.close());
  await server.listen({ host: '127.0.0.1', port: 0 });
  const shared = { context, endpoints, statistics, config, alias: 'champion', version: '0.0.0' };
  const grpc = await listenGrpc(shared, { host: '127.0.0.1', port: 0, tls });
  stack.defer(() => grpc.close());
  const owned = stack.move();
  return {
    httpPort: (server.server.address() as AddressInfo).port,
    grpcPort: grpc.port,
    closeGrpc: () => grpc.close(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function packAll(context: Context, folder: string, providerUrl: string): Promise<Release[]> {
  writeFileSync(join(folder, 'functions.mjs'), FUNCTIONS);
  const pack = async (name: string, spec: object) => {
    const path = join(folder, `${name}.service.yaml`);
    // JSON is YAML.
    writeFileSync(path, JSON.stringify({ name, ...spec }));
    const { model, version, bundle } = await packService(context, path);
    return { model, version, bundle };
  };
  const fromFunctions = { runtime: 'function', module: 'functions.mjs' };
  const inputs = [row('INPUT0'), row('INPUT1')];
  const zeros = { shape: [1, 16], data: new Array(16).fill(0) };
  const addition = {
    export: 'simple',
    golden: [{ inputs: { INPUT0: zeros, INPUT1: zeros } }],
    tensors: { inputs, outputs: [row('OUTPUT0'), row('OUTPUT1')] },
  };
  const none = { shape: [0], data: [] };
  const echoed = {
    inputs: DATATYPES.map((datatype) => list(datatype, datatype)),
    outputs: DATATYPES.map((datatype) => list(`${datatype} back`, datatype)),
  };
  await pack('loads', { ...fromFunctions, ...addition });
  return [
    await pack('simple', { ...fromFunctions, ...addition }),
    await pack('echo', {
      ...fromFunctions,
      export: 'echo',
      tensors: echoed,
      golden: [{ inputs: Object.fromEntries(DATATYPES.map((name) => [name, none])) }],
    }),
    await pack('slow', {
      ...{ ...fromFunctions, export: 'slow', limits: { timeoutMs: 5_000, concurrency: 4 } },
      tensors: { inputs: [list('ms', 'INT32')], outputs: [list('slept', 'INT32')] },
      golden: [{ inputs: { ms: { shape: [1], data: [0] } } }],
    }),
    await pack('chat', {
      ...{ runtime: 'remote', protocol: 'openai', url: providerUrl, model: 'stub' },
      fields: [{ name: 'question', kind: 'category' }],
      output: { type: 'string' },
    }),
  ];
}
