import { SAMPLE_RATE } from '../speech/speech.ts';

/** Sound that came and was not yet taken. Whoever takes it is never further behind. */
const MOST_WAITING_MS = 5_000;

/** Frames from a microphone to the turn that listens. */
export interface FrameQueue extends AsyncIterable<Int16Array> {
  push(samples: Int16Array): void;
  end(): void;
  /** The microphone has gone away. */
  fail(message: string): void;
}

export function createFrameQueue(): FrameQueue {
  const waiting: Int16Array[] = [];
  let waitingMs = 0;
  let over: { error: Error | null } | null = null;
  let wake = Promise.withResolvers<void>();

  function finish(error: Error | null): void {
    over ??= { error };
    wake.resolve();
  }

  return {
    push(samples) {
      if (over !== null) return;
      waiting.push(samples);
      waitingMs += inMs(samples);
      if (waitingMs > MOST_WAITING_MS) finish(new Error('sound came faster than it could be heard'));
      wake.resolve();
    },
    end: () => finish(null),
    fail: (message) => finish(new Error(message)),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let samples = waiting.shift(); samples !== undefined; samples = waiting.shift()) {
          waitingMs -= inMs(samples);
          yield samples;
        }
        if (over?.error) throw over.error;
        if (over !== null) return;
        await wake.promise;
        wake = Promise.withResolvers();
      }
    },
  };
}

function inMs(samples: Int16Array): number {
  return (samples.length / SAMPLE_RATE) * 1_000;
}
