/** Sound as everything here takes it: 16 kHz, one channel, 16 bit. */
export const SAMPLE_RATE = 16_000;

export interface Transcript {
  /** Lower case, numbers as words, no punctuation but apostrophes; empty where nothing was said. */
  text: string;
  /** 0 to 1; null where the engine cannot say. */
  confidence: number | null;
  /** Was it recognised as a sentence of the skills' grammar? null where the engine has none. */
  inGrammar: boolean | null;
  engine: string;
}

/** One utterance that is being heard: recognition goes on while samples arrive. */
export interface Hearing {
  write(samples: Int16Array): void;
  /** What was heard, once no more comes. */
  end(): Promise<Transcript>;
  abort(): void;
}

export interface Transcriber {
  readonly name: string;
  /** @param onPartial is told of what was understood so far, where the engine can */
  listen(options?: { onPartial?: (text: string) => void; signal?: AbortSignal }): Hearing;
  close(): Promise<void>;
}

/** Reads a text aloud: samples at 16 kHz as they are made, sentence by sentence. */
export interface Speaker {
  readonly name: string;
  speak(text: string, options?: { voice?: string; signal?: AbortSignal }): AsyncIterable<Int16Array>;
  close(): Promise<void>;
}

/** Finds where speech begins and ends in samples as they come. */
export interface SpeechDetector {
  /** What these samples brought. */
  write(samples: Int16Array): readonly SpeechEvent[];
}

export type SpeechEvent =
  | { kind: 'speech-started'; atMs: number }
  /** `endedMs`: where the speech ended; noticed `silenceMs` later. */
  | { kind: 'speech-ended'; startedMs: number; endedMs: number; silenceMs: number };

/** What a recording is like, and why it cannot be used where it cannot. */
export interface SoundQuality {
  durationMs: number;
  /** Level of speech over that of the pauses. */
  snrDb: number | null;
  /** Share of samples at full scale. */
  clipped: number;
  problem: 'silence' | 'clipped' | 'noise' | 'too-long' | 'too-short' | null;
}
