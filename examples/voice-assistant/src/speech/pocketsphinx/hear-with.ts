import { setTimeout as wait } from 'node:timers/promises';
import type { Hearing, Transcriber, Transcript } from '../speech.ts';
import { SpeechError } from '../speech-error.ts';
import type { RecogniserPool } from './recogniser-pool.ts';
import type { RecogniserProcess, Told } from './recogniser-process.ts';
import type { SpokenLanguage } from './spoken-language.ts';

/** Little is left to do when speech ends; a recogniser that needs longer hangs. */
const TAIL_MS = 10_000;

/** Below this, what is no sentence of the skills was noise, music or another language that was pressed into English words. */
const LEAST_CONFIDENCE = 0.35;

/** What waits for a recogniser to be free is bounded: fifteen seconds of sound. */
const MOST_KEPT = 15 * 16_000;

/** One utterance with a recogniser of the pool. Sound that comes before one is free is kept for it. */
export function hearWith(
  pool: RecogniserPool,
  language: SpokenLanguage,
  { onPartial, signal }: NonNullable<Parameters<Transcriber['listen']>[0]>,
): Hearing {
  const kept: Int16Array[] = [];
  let keptSamples = 0;
  let recogniser: RecogniserProcess | null = null;
  let over = false;
  let utterance = 0;
  let unsubscribe: () => void = () => {};
  const { promise: aborted, reject: abortWith } = Promise.withResolvers<never>();
  aborted.catch(() => {}); // Who no longer waits for the end does not hear of it.
  const lent = pool.borrow().then((borrowed) => {
    if (over) return giveUp(borrowed);
    recogniser = borrowed;
    utterance = borrowed.begin();
    for (const samples of kept.splice(0)) borrowed.send('A', samples);
    unsubscribe = borrowed.subscribe((told) => {
      if (told.kind === 'partial' && told.utterance === utterance) onPartial?.(told.text);
    });
  });
  lent.catch(() => {});

  function giveUp(borrowed: RecogniserProcess): void {
    unsubscribe();
    recogniser = null;
    pool.giveBack(borrowed);
  }

  function abort(): void {
    if (over) return;
    over = true;
    signal?.removeEventListener('abort', abort);
    abortWith(new SpeechError('aborted', 'nobody listens any more'));
    recogniser?.send('X');
    if (recogniser) giveUp(recogniser);
  }
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();

  return {
    write(samples) {
      if (over) return;
      if (recogniser) recogniser.send('A', samples);
      else if (keptSamples < MOST_KEPT) {
        keptSamples += samples.length;
        kept.push(samples.slice());
      }
    },
    async end() {
      await Promise.race([lent, aborted]);
      if (over || !recogniser) throw new SpeechError('aborted', 'nobody listens any more');
      const hearing = recogniser;
      try {
        const told = finalOf(hearing, utterance);
        hearing.send('E');
        return toTranscript(await Promise.race([told, aborted]), language);
      } finally {
        if (!over) {
          over = true;
          signal?.removeEventListener('abort', abort);
          giveUp(hearing);
        }
      }
    },
    abort,
  };
}

type Final = Extract<Told, { kind: 'final' }>;

function finalOf(recogniser: RecogniserProcess, utterance: number): Promise<Final> {
  const { promise, resolve, reject } = Promise.withResolvers<Final>();
  const unsubscribe = recogniser.subscribe((told) => {
    if (told.kind === 'final' && told.utterance === utterance) resolve(told);
    if (told.kind === 'gone') reject(crashed());
  });
  if (!recogniser.alive) reject(crashed());
  const late = new AbortController();
  wait(TAIL_MS, undefined, { signal: late.signal }).then(
    () => {
      reject(
        new SpeechError(
          'timed-out',
          `recognition did not answer within ${TAIL_MS / 1_000} s; it is started anew`,
        ),
      );
      recogniser.kill();
    },
    () => {},
  );
  return promise.finally(() => {
    late.abort();
    unsubscribe();
  });
}

function crashed(): SpeechError {
  return new SpeechError(
    'crashed',
    'recognition ended in the middle of a sentence; it is started anew: say it again',
  );
}

function toTranscript({ text, confidences }: Final, language: SpokenLanguage): Transcript {
  const inGrammar = language.accepts(text);
  const logs = confidences.map((confidence) => Math.log(Math.max(1e-6, confidence)));
  const confidence =
    logs.length === 0 ? 0 : Math.min(1, Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length));
  const understood = inGrammar || confidence >= LEAST_CONFIDENCE;
  return { text: understood ? text : '', confidence, inGrammar, engine: 'pocketsphinx' };
}
