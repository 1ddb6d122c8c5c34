import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { AIRWORTHY, PROJECT } from '../journey/run-airworthy.ts';

export interface ServedProject {
  url: string;
  close(): Promise<void>;
}

const PATIENCE_MS = 30_000;

/** Runs `airworthy up` on these records until closed. */
export async function serveProject(dataFolder: string): Promise<ServedProject> {
  const server = spawn(process.execPath, [...process.execArgv, AIRWORTHY, 'up', '--port', '0', '--json'], {
    cwd: PROJECT,
    env: { ...process.env, AIRWORTHY_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-20_000);
    });
  const ended = once(server, 'exit');
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    if (url !== undefined && (await isReady(url))) {
      return {
        url,
        async close() {
          server.kill('SIGTERM');
          await ended;
        },
      };
    }
    if (server.exitCode !== null || performance.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`airworthy up did not get ready:\n${printed.trim()}`);
    }
    await sleep(100);
  }
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
