import type { Tracer } from '@opentelemetry/api';
import type { Plan, Planner } from '../planners/planner.ts';
import type { Call } from '../skills/skill.ts';
import type { SoundQuality, Speaker, SpeechDetector, Transcriber, Transcript } from '../speech/speech.ts';

/** How a turn ended. Only `done` changed or told anything. */
export type Outcome =
  | 'done'
  | 'asks-first' // an irreversible skill waits for a yes
  | 'not-for-me' // `other`
  | 'not-heard' // silence, noise, clipped
  | 'refused' // the plan was not valid or not allowed
  | 'failed' // a skill or a stage threw or hung
  | 'interrupted';

/** What a stage says while it works; the page, the command line and the trace listen. */
export type TurnEvent =
  | { stage: 'audio.capture'; quality: SoundQuality }
  | { stage: 'wake'; threshold: number }
  | { stage: 'vad.endpoint'; silenceMs: number }
  | { stage: 'stt'; partial: string }
  | { stage: 'stt'; transcript: Transcript }
  | { stage: 'nlu'; plan: Plan }
  | { stage: 'call.validate'; calls: Call[]; problems: CallProblem[] }
  | { stage: 'skill.execute'; call: Call; reply: string }
  | { stage: 'reply'; text: string }
  | { stage: 'tts'; firstByteMs: number };

/** The stages that take time; each is a span of the turn's trace. */
export type StageName = Exclude<TurnEvent['stage'], 'reply'>;

/** What is wrong with a call, in the codes of the Berkeley leaderboard's checker where it has one. */
export interface CallProblem {
  code:
    | 'wrong-function'
    | 'missing-argument'
    | 'unexpected-argument'
    | 'wrong-type'
    | 'wrong-value'
    | 'unreadable'
    | 'too-many'
    | 'not-allowed';
  message: string;
}

/** Why a stage could not do its part. */
export interface StageFailure {
  stage: StageName;
  code: 'timed-out' | 'unavailable' | 'interrupted' | 'microphone-gone' | 'failed';
  message: string;
}

/** When a stage ran, in ms since the turn began. */
export interface StageTiming {
  stage: StageName;
  startedMs: number;
  ms: number;
  /**
   * How long the person waited for it: of transcription the rest after the end of speech, of speech the time to its
   * first sound, of capture, wake word and end of speech nothing, because the person was speaking.
   */
  waitedMs: number;
  failure?: StageFailure['code'];
}

/** A reply as it was spoken. */
export interface Spoken {
  /** From the reply's text to its first sound. */
  firstSoundMs: number;
  /** Of the sound that was made. */
  audioMs: number;
  /** Of the sound that was heard. */
  playedMs: number;
  /** Cut short, because the person began to speak or said stop. */
  interrupted: boolean;
}

export interface TurnResult {
  /** 32 hex; feedback goes to it. */
  traceId: string;
  outcome: Outcome;
  text: string;
  calls: Call[];
  /** What is said to the person; empty where nothing is. */
  reply: string;
  problems: CallProblem[];
  /** The stage that could not do its part; null where all could. */
  failure: StageFailure | null;
  /** In the order in which they began. */
  stages: StageTiming[];
  /** From the end of speech (or the text) to the first sound of the reply, or to its text where nothing is spoken. */
  responseMs: number;
  /** Silence that was waited for to know that the person had ended; null where nothing was waited for. */
  endpointMs: number | null;
  /** Null where nothing was spoken. */
  spoken: Spoken | null;
}

/** Where sound goes: a page, a sound card, a file. */
export interface SoundOut {
  /** Takes samples at 16 kHz; resolves when more may come. */
  play(samples: Int16Array): Promise<void>;
  /** Resolves when all of it was heard. */
  finish(): Promise<void>;
  /** Silences what is playing at once; gives the ms that were heard. */
  stop(): number;
}

/** What is said, or the sound of it. */
export type TurnInput = { text: string } | SoundInput;

export interface SoundInput {
  /** Samples as they come. Throwing says that the microphone has gone away. */
  sound: AsyncIterable<Int16Array>;
  /** Who says when it is over: the silence after speech, or the person who lets go of a button. */
  endsBy: 'silence' | 'release';
  /** Of the wake word, where one was waited for. */
  wake?: { threshold: number };
}

/** Whose turn it is, and who listens to it. */
export interface TurnSetting {
  session: string;
  /** Pseudonym of the speaker. */
  profile: string;
  /** What was spoken to: `page`, `command-line`. */
  device: string;
  /** Are the words of a turn kept with its trace? */
  keepsTranscript: boolean;
  /** Ends the turn: nothing is done that was not yet begun. */
  signal?: AbortSignal;
  /** Ends the speech of the reply; what was asked for is done. */
  hush?: AbortSignal;
  /** The turn that this one puts right: "no, i said ...". */
  corrects?: string;
  sound?: SoundOut;
  onBegin?(traceId: string): void;
  onEvent?(event: TurnEvent): void;
  /** Told when a stage begins, and again when it has ended. */
  onStage?(timing: StageTiming, state: 'began' | 'ended'): void;
}

/** What the household makes of calls: whether they may be done, and what came of them. */
export interface House {
  /** What a yes or no to the question that waits for one stands for; null where the words are no answer to one. */
  answer(asked: Asked): Answered | null;
  authorise(calls: readonly Call[], asked: Asked): Authorised;
  execute(call: Call, asked: Asked, execution: Execution): Promise<Executed>;
}

/** Whose turn asks the house. */
export interface Asked {
  traceId: string;
  session: string;
  profile: string;
  /** The words of the person. */
  said: string;
}

export type Answered = { kind: 'confirmed'; calls: Call[] } | { kind: 'declined'; reply: string };

export type Authorised =
  | { kind: 'allowed' }
  | { kind: 'asks-first'; question: string }
  | { kind: 'refused'; reply: string; problems: CallProblem[] };

export interface Execution {
  /** Which call of the turn, from 0. */
  place: number;
  /** Has the person said yes to it? */
  confirmed: boolean;
  signal: AbortSignal;
}

export interface Executed {
  reply: string;
  /** Did it do what was asked for? */
  done: boolean;
  /** Where it threw or hung. */
  failure?: { code: 'timed-out' | 'interrupted' | 'failed'; message: string };
}

/** What speech is heard with. */
export interface Ears {
  transcriber: Transcriber;
  createDetector(): SpeechDetector;
  judgeSound(samples: Int16Array): SoundQuality;
}

/** The parts a turn is made with; every one is changed by changing the configuration. */
export interface TurnParts {
  planner: Planner;
  /** Null where there is nothing to hear with. */
  ears: Ears | null;
  /** Null where there is nothing to speak with. */
  speaker: Speaker | null;
  validate(calls: readonly Call[]): CallProblem[];
  house: House;
  tracer: Tracer;
  /** Of prompt, model, grammar and skills, as the trace names them. */
  versions: Readonly<Record<string, string>>;
  /** How long each stage may take; those of STAGE_BUDGETS where absent. */
  timeouts?: Partial<Record<StageName, number>>;
}
