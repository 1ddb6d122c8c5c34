import type { SpeechDetector } from '../speech/speech.ts';
import type { SoundInput } from '../turn/turn.ts';
import { createFrameQueue, type FrameQueue } from './frame-queue.ts';

/** Sound from before speech over a reply was noticed, which belongs to it. */
const LEAD_FRAMES = 25;

/** Hears the wake word in sound as it comes. */
export interface WakeWord {
  threshold: number;
  write(samples: Int16Array): void;
  close(): void;
}

export interface HandsFreeParts {
  openWakeWord(listener: { onWake(): void; onGone(): void }): Promise<WakeWord>;
  createDetector(): SpeechDetector;
  /** Is a reply being spoken? */
  speaks(): boolean;
  begin(input: SoundInput): void;
  /** Nothing wakes it any more. */
  onGone(): void;
}

/** A microphone that stays open: the wake word begins a turn, and so does who speaks over a reply. */
export interface HandsFree {
  write(samples: Int16Array): void;
  /** The turn has heard enough: what comes is not for it any more. */
  heard(): void;
  /** The microphone has gone away. */
  fail(message: string): void;
  close(): void;
}

export async function openHandsFree(parts: HandsFreeParts): Promise<HandsFree> {
  let queue: FrameQueue | null = null;
  let over: SpeechDetector | null = null;
  let lead: Int16Array[] = [];

  function begin(wake: SoundInput['wake']): void {
    queue = createFrameQueue();
    for (const samples of lead.splice(0)) queue.push(samples);
    over = null;
    parts.begin({ sound: queue, endsBy: 'silence', ...(wake ? { wake } : {}) });
  }

  const wakeWord = await parts.openWakeWord({
    onWake() {
      if (queue === null) begin({ threshold: wakeWord.threshold });
    },
    onGone: parts.onGone,
  });

  /** A detector of its own for each reply, which learns how loud the room is while it speaks. */
  function listenOver(samples: Int16Array): void {
    over ??= parts.createDetector();
    lead = [...lead, samples].slice(-LEAD_FRAMES);
    if (over.write(samples).some(({ kind }) => kind === 'speech-started')) begin(undefined);
  }

  return {
    write(samples) {
      if (queue !== null) return queue.push(samples);
      if (parts.speaks()) return listenOver(samples);
      over = null;
      lead = [];
      wakeWord.write(samples);
    },
    heard() {
      queue = null;
    },
    fail: (message) => queue?.fail(message),
    close() {
      queue?.end();
      wakeWord.close();
    },
  };
}
