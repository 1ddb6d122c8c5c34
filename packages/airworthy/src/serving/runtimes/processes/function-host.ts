/**
 * The program that a function runs in, a process of its own: `function-host MODULE EXPORT TAKES NETWORK`. Reads
 * `{"id", "records" | "inputs"}` a line and answers each on file descriptor 3, with the stages that led to the answers. It knows nothing of Airworthy, so that its
 * process may read little beside its own files.
 */
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { guardNetwork } from './network-guard.ts';
import { createStageRecorder, type FunctionMeans, type StageTime } from './stage-recorder.ts';

type Question = { id: number; records?: unknown[]; inputs?: unknown; traceparent?: string };
type Answering = (given: unknown, means: FunctionMeans) => unknown;

const [module = '', name = '', takes = 'record', network = '"none"'] = process.argv.slice(2);
const answers = new Socket({ fd: 3, readable: false, writable: true });
const send = (answer: object): void => {
  answers.write(`${JSON.stringify(answer)}\n`);
};

guardNetwork(JSON.parse(network) as 'none' | string[]);
// What a function leaves undone and nobody waits for must not end the process for the others.
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));
const answering = await findFunction();
for await (const line of createInterface({ input: process.stdin }))
  await answer(JSON.parse(line) as Question);
process.exit(0);

async function findFunction(): Promise<Answering> {
  const exports = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  const found = exports[name];
  if (typeof found === 'function') return found as Answering;
  throw new TypeError(
    `the module exports no function "${name}", but ${Object.keys(exports).join(', ') || 'nothing'}`,
  );
}

async function answer({ id, records, inputs, traceparent }: Question): Promise<void> {
  const stages: (readonly StageTime[])[] = [];
  const begin = (): FunctionMeans => {
    const { stage, recorded } = createStageRecorder();
    stages.push(recorded);
    return traceparent === undefined ? { stage } : { stage, traceparent };
  };
  try {
    const outputs =
      records === undefined ? await answering(inputs, begin()) : await answerRecords(records, begin);
    send({ id, outputs: outputs === undefined ? null : outputs, stages });
  } catch (thrown) {
    send({ id, error: sayError(thrown), stages });
  }
}

async function answerRecords(records: unknown[], begin: () => FunctionMeans): Promise<unknown> {
  if (takes === 'batch') return answering(records, begin());
  const outputs: unknown[] = [];
  for (const [index, record] of records.entries()) {
    try {
      outputs.push((await answering(record, begin())) ?? null);
    } catch (thrown) {
      if (records.length === 1) throw thrown;
      throw `record ${index}: ${sayError(thrown)}`;
    }
  }
  return outputs;
}

function sayError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { name, message, cause } = thrown;
  return cause instanceof Error ? `${name}: ${message}: ${cause.message}` : `${name}: ${message}`;
}
