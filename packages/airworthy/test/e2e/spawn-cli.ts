import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/airworthy.mjs', import.meta.url));

export interface CliProcess {
  child: ChildProcess;
  /** Both grow while the process runs. */
  output: { out: string; err: string };
  /** The exit code; null where a signal ended it. */
  ended: Promise<number | null>;
  /** Resolves once standard output matches. Rejects where the process ends first. */
  sees(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts the real command line, as a shell would. */
export function spawnCli(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  const child = spawn(process.execPath, [BIN, ...argv], {
    cwd,
    env: { ...process.env, AIRWORTHY_DATA: '', ...env },
  });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.err += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const sees = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((settle, fail) => {
      const look = () => {
        const found = pattern.exec(output.out);
        if (found) settle(found);
      };
      child.stdout.on('data', look);
      look();
      void ended.then((code) => fail(new Error(`ended with ${code}: ${output.out}\n${output.err}`)));
    });
  return { child, output, ended, sees };
}
