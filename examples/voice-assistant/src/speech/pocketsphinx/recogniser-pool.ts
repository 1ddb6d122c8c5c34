import { SpeechError } from '../speech-error.ts';
import { type RecogniserProcess, startRecogniser } from './recogniser-process.ts';

/** Who waits longer than these many before them is told that we are busy. */
const MOST_WAITING = 8;

/** A few recognisers, lent one utterance at a time. One that has died is replaced when it is next wanted. */
export interface RecogniserPool {
  borrow(): Promise<RecogniserProcess>;
  giveBack(recogniser: RecogniserProcess): void;
  close(): void;
}

export function createRecogniserPool(
  first: RecogniserProcess,
  size: number,
  options: readonly string[],
): RecogniserPool {
  const idle = [first];
  const waiting: PromiseWithResolvers<RecogniserProcess>[] = [];
  const all = new Set([first]);
  let places = size - 1;
  let closed = false;

  async function start(): Promise<RecogniserProcess> {
    try {
      const started = await startRecogniser(options);
      if (closed) started.kill();
      all.add(started);
      return started;
    } catch (error) {
      places++;
      throw error;
    }
  }

  return {
    async borrow() {
      if (closed) throw new SpeechError('unavailable', 'recognition was closed');
      for (let free = idle.pop(); free; free = idle.pop()) {
        if (free.alive) return free;
        all.delete(free);
        places++;
      }
      if (places > 0) {
        places--;
        return start();
      }
      if (waiting.length >= MOST_WAITING)
        throw new SpeechError('busy', `${MOST_WAITING} others wait to be heard: say it again in a moment`);
      waiting.push(Promise.withResolvers());
      return waiting[waiting.length - 1].promise;
    },
    giveBack(recogniser) {
      const next = waiting.shift();
      if (recogniser.alive) {
        if (next) next.resolve(recogniser);
        else idle.push(recogniser);
        return;
      }
      all.delete(recogniser);
      if (next) start().then(next.resolve, next.reject);
      else places++;
    },
    close() {
      closed = true;
      for (const { reject } of waiting.splice(0))
        reject(new SpeechError('aborted', 'recognition was closed'));
      for (const recogniser of all) recogniser.kill();
    },
  };
}
