// The servers that `serving.ts` compares: how each is started, and what it is asked.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ENDPOINT, toRecord } from './serving-record.ts';

export const MODELS = ['logistic', 'boosting', 'forest'] as const;
export type ModelName = (typeof MODELS)[number];
export const CONNECTIONS = [1, 16, 64];
export const PYTHON = process.env.AIRWORTHY_TEST_SERVING_PYTHON ?? 'python3';
/** Requests a point: as many as take a second or two. */
const REQUESTS = { quick: 20_000, peer: 2_000, slow: 400 };

/** A server under test: how it is started, what it is asked, and how many requests a point of it takes. */
export interface Side {
  name: string;
  command: string;
  args: string[];
  path: string;
  body(row: readonly number[]): unknown;
  connections: readonly number[];
  requests: number;
  /** Does it answer without a model? */
  isFloor?: boolean;
}

/** A server that is measured where a Python for it is named. */
interface Peer {
  name: string;
  python: string;
  version: string;
  asked: Pick<Side, 'path' | 'body'>;
  /** The ways to run it, each by the arguments of its script behind the model. */
  forms: Record<string, string[]>;
}

const RECORD = { path: `/predict/${ENDPOINT}`, body: toRecord };
/** The Open Inference Protocol, one matrix of one row; which output has the probability is the server's word. */
const tensor = (output: string) => ({
  path: `/v2/models/${ENDPOINT}/infer`,
  body: (row: readonly number[]) => ({
    inputs: [{ name: 'predict', shape: [1, row.length], datatype: 'FP64', data: row }],
    outputs: [{ name: output }],
  }),
});

/** MLServer and BentoML, as far as a Python of theirs is named. */
export function readPeers(): Peer[] {
  const known = [
    {
      name: 'MLServer',
      python: process.env.AIRWORTHY_BENCH_MLSERVER_PYTHON,
      asked: tensor('predict_proba'),
      forms: { MLServer: ['1'], 'MLServer in one process': ['0'] },
    },
    {
      name: 'BentoML',
      python: process.env.AIRWORTHY_BENCH_BENTOML_PYTHON,
      asked: RECORD,
      forms: { BentoML: [] },
    },
  ];
  return known.flatMap(({ python, ...peer }) =>
    python ? [{ ...peer, python, version: readVersion(python, peer.name.toLowerCase()) }] : [],
  );
}

/** Tells before anything is measured whether a peer is there. */
function readVersion(python: string, name: string): string {
  const program = `from importlib.metadata import version; print(version("${name}"))`;
  const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${python} has no ${name}`);
  return stdout.trim();
}

/** Everything that answers for one model; of ours, each has a prepared folder of its own in `folders`. */
export function sidesOf(
  home: string,
  model: ModelName,
  folders: { record: string; tensor: string },
  peers: readonly Peer[],
): Side[] {
  const node = { command: process.execPath, connections: CONNECTIONS, requests: REQUESTS.quick };
  const serve = (folder: string) => nodeArguments('serving-server.ts', ['serve', folder]);
  const python = (command: string, script: string, options: readonly string[] = []) => ({
    command,
    args: [join(import.meta.dirname, script), join(home, `${model}.joblib`), ...options],
    connections: CONNECTIONS,
    requests: model === 'forest' ? REQUESTS.slow : REQUESTS.peer,
  });
  const floor = { ...node, name: 'node:http, no model', args: nodeArguments('serving.ts', ['floor']) };
  return [
    ...(model === MODELS[0] ? [{ ...floor, ...RECORD, isFloor: true }] : []),
    { ...node, name: `Airworthy, ${model}`, args: serve(folders.record), ...RECORD },
    {
      ...{ ...node, name: `Airworthy by OIP, ${model}`, args: serve(folders.tensor) },
      ...{ ...tensor('probability'), connections: CONNECTIONS.slice(-1) },
    },
    { name: `FastAPI, ${model}`, ...python(PYTHON, 'serving-fastapi.py'), ...RECORD },
    ...peers.flatMap(({ name, python: command, forms, asked }) =>
      Object.entries(forms).map(([form, options]) => ({
        name: `${form}, ${model}`,
        ...python(command, `serving-${name.toLowerCase()}.py`, options),
        ...asked,
      })),
    ),
  ];
}

/** What Node is given to run a file of this folder. */
export function nodeArguments(file: string, args: readonly string[]): string[] {
  return ['--conditions=development', '--no-warnings', join(import.meta.dirname, file), ...args];
}
