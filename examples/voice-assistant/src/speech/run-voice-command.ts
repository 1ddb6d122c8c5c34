import { spawn } from 'node:child_process';
import { SpeechError } from './speech-error.ts';

const LONGEST_MS = 20_000;

/**
 * Runs a command that makes sound, and gives what it wrote to its output. When aborted it is killed.
 *
 * @throws SpeechError where the command is not installed (its Debian package has its name), fails or hangs
 */
export function runVoiceCommand(
  command: string,
  options: readonly string[],
  { input = '', signal }: { input?: string; signal?: AbortSignal } = {},
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const timeout = AbortSignal.timeout(LONGEST_MS);
  const child = spawn(command, options, {
    stdio: 'pipe',
    killSignal: 'SIGKILL',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const output: Buffer[] = [];
  let complaint = '';
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-300);
  });
  child.once('error', (cause: NodeJS.ErrnoException) => reject(failure(command, cause, timeout, signal)));
  child.once('close', (code) => {
    if (code === 0) resolve(Buffer.concat(output));
    else
      reject(
        new SpeechError(
          'crashed',
          `${command} ended with ${code}: ${complaint.trim() || 'it did not say why'}`,
        ),
      );
  });
  child.stdin.on('error', () => {}); // A command that ended early says why by its exit.
  child.stdin.end(input);
  return promise;
}

function failure(
  command: string,
  cause: NodeJS.ErrnoException,
  timeout: AbortSignal,
  signal: AbortSignal | undefined,
): SpeechError {
  if (cause.code === 'ENOENT')
    return new SpeechError('unavailable', `${command} is not installed: apt-get install ${command}`, {
      cause,
    });
  if (signal?.aborted) return new SpeechError('aborted', 'nobody listens any more', { cause });
  if (timeout.aborted)
    return new SpeechError('timed-out', `${command} did not end within ${LONGEST_MS / 1_000} s`, { cause });
  return new SpeechError('crashed', `${command}: ${cause.message}`, { cause });
}
