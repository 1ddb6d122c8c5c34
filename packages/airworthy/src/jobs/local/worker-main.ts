import { parentPort } from 'node:worker_threads';
import type { JobFunction } from '../ports.ts';
import { encodeJobError, type JobError } from './job-error.ts';

/** What the thread is asked. */
export interface JobRequest {
  module: string;
  run: string;
  input: unknown;
}

/** What the thread answers. */
export type JobMessage =
  | { kind: 'progress'; message: unknown }
  | { kind: 'result'; result: unknown }
  | { kind: 'error'; error: JobError };

const port = parentPort;
if (!port) throw new Error('worker-main runs in a worker thread only');

const send = (message: JobMessage): void => port.postMessage(message);

port.on('message', async (request: JobRequest) => {
  try {
    const result = await callExport(request);
    send({ kind: 'result', result });
  } catch (thrown) {
    send({ kind: 'error', error: encodeJobError(thrown) });
  }
});

async function callExport({ module, run, input }: JobRequest): Promise<unknown> {
  const exports: Record<string, unknown> = await import(module);
  const found = exports[run];
  if (typeof found !== 'function') throw new TypeError(`${module} exports no function "${run}"`);
  return (found as JobFunction<unknown, unknown>)(input, (message) => send({ kind: 'progress', message }));
}
