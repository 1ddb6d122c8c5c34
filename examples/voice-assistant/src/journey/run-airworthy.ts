import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The command line of the Airworthy that this example is installed with. */
export const AIRWORTHY = join(
  dirname(createRequire(import.meta.url).resolve('airworthy/package.json')),
  'bin/airworthy.mjs',
);

/** The example's own folder: its config, suites, data, models. */
export const PROJECT = join(import.meta.dirname, '../..');

/** Of what a failed command printed, in an error. */
const MOST_TOLD = 2_000;

export interface AirworthyRun {
  dataFolder: string;
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** Codes that are answers and no faults; 0 alone where absent. */
  accepts?: readonly number[];
}

/** Runs an `airworthy` command in the example's folder; gives what it printed. Throws with that where it failed. */
export async function runAirworthy(args: readonly string[], run: AirworthyRun): Promise<string> {
  const { dataFolder, env, signal, accepts = [0] } = run;
  const child = spawn(process.execPath, [...process.execArgv, AIRWORTHY, ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env, AIRWORTHY_DATA: dataFolder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let printed = '';
  let complained = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject);
  child.on('close', resolve);
  const code = await promise;
  if (code !== null && accepts.includes(code)) return printed;
  throw new Error(
    `airworthy ${args.join(' ')} ended with ${code}:\n${(complained || printed).trim().slice(0, MOST_TOLD)}`,
  );
}
