import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SpeechError } from '../speech-error.ts';

const SCRIPT = fileURLToPath(new URL('recogniser.py', import.meta.url));

/** Loading the English models takes two seconds on a busy machine; much longer is a hang. */
const START_MS = 60_000;

/** Sound that a hung recogniser has not taken: half a minute of it, then the rest is not kept. */
const MOST_WAITING_BYTES = 1_000_000;

/** What the recogniser tells: a line of JSON. */
export type Told =
  | { kind: 'ready' }
  | { kind: 'unavailable'; message: string }
  | { kind: 'partial'; utterance: number; text: string }
  | { kind: 'final'; utterance: number; text: string; confidences: number[] }
  | { kind: 'spotted' | 'listened'; heard: number };

/** Samples; the utterance has ended; it is not wanted any more. */
export type Message = 'A' | 'E' | 'X';

export interface RecogniserProcess {
  /** False once it has ended, for whatever reason. */
  readonly alive: boolean;
  /** Starts an utterance. @returns its number, which what is told of it carries */
  begin(): number;
  send(kind: Message, samples?: Int16Array): void;
  /** @returns what ends the subscription */
  subscribe(listener: (told: Told | { kind: 'gone' }) => void): () => void;
  kill(): void;
}

/**
 * Starts a recogniser and waits until it has loaded its models.
 *
 * @throws SpeechError where Python or the library is not there
 */
export async function startRecogniser(options: readonly string[]): Promise<RecogniserProcess> {
  const child = spawn('python3', [SCRIPT, ...options], { stdio: 'pipe' });
  const listeners = new Set<(told: Told | { kind: 'gone' }) => void>();
  let alive = true;
  let utterances = 0;
  const tell = (told: Told | { kind: 'gone' }) => {
    for (const listener of [...listeners]) listener(told);
  };
  const errors = keepEnd(child);
  child.stdin.on('error', () => {}); // A process that is gone says so by its exit.
  createInterface({ input: child.stdout }).on('line', (line) => tell(JSON.parse(line) as Told));
  const gone = () => {
    if (!alive) return;
    alive = false;
    tell({ kind: 'gone' });
  };
  child.once('error', gone);
  child.once('close', gone);
  const recogniser: RecogniserProcess = {
    get alive() {
      return alive;
    },
    begin() {
      if (alive) child.stdin.write(frame('S'));
      return ++utterances;
    },
    send(kind, samples) {
      if (!alive || (kind === 'A' && child.stdin.writableLength > MOST_WAITING_BYTES)) return;
      child.stdin.write(frame(kind, samples));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
  await untilReady(recogniser, errors);
  return recogniser;
}

function frame(kind: Message | 'S', samples: Int16Array = new Int16Array(0)): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0, 'latin1');
  head.writeUInt32LE(samples.byteLength, 1);
  return Buffer.concat([head, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)]);
}

function keepEnd(child: ChildProcessWithoutNullStreams): () => string {
  let end = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    end = (end + text).slice(-500);
  });
  return () => end.trim();
}

function untilReady(recogniser: RecogniserProcess, errors: () => string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (reason: string) => {
    recogniser.kill();
    reject(
      new SpeechError(
        'unavailable',
        `pocketsphinx cannot be used (${reason}); install it with: apt-get install python3 pocketsphinx pocketsphinx-en-us`,
      ),
    );
  };
  const late = setTimeout(() => fail(`it did not load within ${START_MS / 1_000} s`), START_MS);
  const unsubscribe = recogniser.subscribe((told) => {
    if (told.kind === 'ready') resolve();
    if (told.kind === 'unavailable') fail(told.message);
    if (told.kind === 'gone') fail(errors() || 'python3 was not found or ended');
  });
  return promise.finally(() => {
    clearTimeout(late);
    unsubscribe();
  });
}
