import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { AirworthyError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import { openUpstream } from '../../../kernel/outbound/upstream.ts';
import type { RuntimeLimits } from '../schema.ts';
import { pauseAfter } from './pause-after.ts';
import { readLines } from './read-lines.ts';
import { residentBytes } from './resident-bytes.ts';
import { type ProcessEnd, type ProcessLine, type StartedProcess, startProcess } from './start-process.ts';
import { watchMemory } from './watch-memory.ts';

/** A server on a port of this machine that is started again when it ends. */
export interface ServerProcess {
  url: string;
  memoryBytes(): Promise<number | null>;
  close(): Promise<void>;
}

export interface ServerPlan {
  name: string;
  line: ProcessLine;
  limits: RuntimeLimits;
  log: Logger;
}

const POLL_MS = 50;
const LONGEST_LINE = 64 << 10;

/**
 * Starts a program that serves the Open Inference Protocol on AIRWORTHY_PORT and waits until it is ready.
 *
 * @throws RUNTIME_MISSING; RUNTIME_TIMED_OUT beyond `startMs`; RUNTIME_DOWN where it ends before
 */
export async function openServerProcess({ name, line, limits, log }: ServerPlan): Promise<ServerProcess> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { ...line.environment, AIRWORTHY_PORT: String(port) };
  let current: StartedProcess | undefined;
  let failures = 0;
  let closed = false;

  function start(): StartedProcess {
    const startedAt = performance.now();
    const started = startProcess({ ...line, environment });
    current = started;
    const tell = (text: string) =>
      log.debug({ service: name, line: text.slice(0, 500) }, 'the service printed');
    readLines(started.output, LONGEST_LINE, { line: tell, overflow() {} });
    started.answers.resume();
    const { memoryMb } = limits;
    const unwatch = watchMemory(started, memoryMb, () => {
      log.warn({ service: name }, `the service needed more than ${memoryMb} MB of memory`);
    });
    void started.ended.then(({ how }) => {
      unwatch();
      if (closed) return;
      failures = performance.now() - startedAt > limits.startMs ? 1 : failures + 1;
      const pause = pauseAfter(failures);
      log.warn({ service: name, pauseMs: pause }, `a process of the service: ${how}`);
      setTimeout(() => closed || start(), pause).unref();
    });
    return started;
  }

  const close = async (): Promise<void> => {
    closed = true;
    current?.kill();
    await current?.ended;
  };
  try {
    await untilReady(start(), { name, url, startMs: limits.startMs });
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close, memoryBytes: () => residentBytes(current?.pid) };
}

async function untilReady(
  { ended }: StartedProcess,
  { name, url, startMs }: { name: string; url: string; startMs: number },
): Promise<void> {
  const latest = performance.now() + startMs;
  const upstream = openUpstream();
  let end: ProcessEnd | undefined;
  void ended.then((given) => {
    end = given;
  });
  const isReady = () =>
    upstream
      .request(new URL('/v2/health/ready', url), {
        method: 'GET',
        headers: {},
        body: undefined,
        timeoutMs: startMs,
        signal: undefined,
      })
      .then(
        (response) => response.resume().statusCode === 200,
        () => false,
      );
  try {
    while (!(await isReady())) {
      if (end)
        throw new AirworthyError(end.missing ? 'RUNTIME_MISSING' : 'RUNTIME_DOWN', {
          message: `${name}: ${end.how}`,
        });
      if (performance.now() > latest)
        throw new AirworthyError('RUNTIME_TIMED_OUT', {
          message: `${name} was not ready within ${startMs} ms`,
        });
      await sleep(POLL_MS);
    }
  } finally {
    upstream.close();
  }
}

function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
