import { randomUUID } from 'node:crypto';
import type { Planner } from '../planners/planner.ts';
import { asSpoken } from './as-spoken.ts';
import { type FeedbackParts, giveFeedback, type TurnFeedback } from './give-feedback.ts';
import { correctionIn, noticeFeedback, type PastTurn } from './notice-feedback.ts';
import { runTurn } from './run-turn.ts';
import type { SoundInput, SoundOut, TurnInput, TurnParts, TurnResult, TurnSetting } from './turn.ts';

export interface SessionOptions {
  /** Pseudonym of the speaker. */
  profile: string;
  /** What is spoken to: `page`, `command-line`. */
  device: string;
  /** What the speaker has agreed to, as it stands when a turn begins. */
  consents(): { keepsTranscript: boolean; trains: boolean };
  /** Decides in place of a planner that keeps what it is asked, for who has not agreed to that. */
  discreetPlanner?: Planner;
  /** Where replies are spoken; silent where absent. */
  openSound?(): SoundOut;
  onResult?(result: TurnResult): void;
  /** Told of trouble that ends no turn, such as feedback that could not be sent. */
  onTrouble?(message: string): void;
}

/** Who listens to a turn. */
export type TurnListener = Pick<TurnSetting, 'onBegin' | 'onEvent' | 'onStage'>;

/** One person speaking with the assistant: turn after turn, each knowing the one before. */
export interface Session {
  readonly id: string;
  /** Waits for the turn before, whose speech it silences. */
  say(text: string, listener?: TurnListener): Promise<TurnResult>;
  /** Ends the turn before: who begins to speak is listened to. */
  listen(input: SoundInput, listener?: TurnListener): Promise<TurnResult>;
  /** Silences the reply; what was asked for is done. */
  hush(): void;
  /** Ends the turn: nothing is done that was not begun. */
  interrupt(): void;
  /** Gives whether the turn is one of this session and still known. */
  judge(traceId: string, value: 'up' | 'down'): Promise<boolean>;
  /** "No, I said ...": judges that turn, and does what was said instead. */
  correct(traceId: string, text: string, listener?: TurnListener): Promise<TurnResult>;
}

interface SessionTurn extends PastTurn {
  /** Was it decided in this house, so that there is no prediction of it? */
  isDiscreet: boolean;
}

/** Turns that can be judged. */
const MOST_REMEMBERED = 50;

/** Opens a conversation with one speaker. */
export function openSession(parts: TurnParts, feedback: FeedbackParts, options: SessionOptions): Session {
  const id = randomUUID();
  const remembered: SessionTurn[] = [];
  let [running, ending, hushing] = [
    Promise.resolve() as Promise<unknown>,
    new AbortController(),
    new AbortController(),
  ];

  function give(traceId: string, given: TurnFeedback): Promise<boolean> {
    const turn = remembered.find((one) => one.traceId === traceId);
    if (turn === undefined) return Promise.resolve(false);
    // What is said of a prediction makes its sentence one to learn from.
    const isToLearnFrom = !turn.isDiscreet && options.consents().trains;
    const parts = isToLearnFrom ? feedback : { ...feedback, endpoint: null };
    return giveFeedback(traceId, given, options.profile, parts);
  }

  /** Noticed beside the turn, which does not wait for it. */
  function notice(traceId: string, given: TurnFeedback): void {
    give(traceId, given).catch((error: Error) =>
      options.onTrouble?.(`feedback was not sent: ${error.message}`),
    );
  }

  async function run(input: TurnInput, listener: TurnListener, corrects?: string): Promise<TurnResult> {
    ending = new AbortController();
    hushing = new AbortController();
    const beganAt = performance.now();
    const { keepsTranscript } = options.consents();
    const discreet = keepsTranscript ? undefined : options.discreetPlanner;
    const result = await runTurn(discreet ? { ...parts, planner: discreet } : parts, input, {
      ...{ session: id, profile: options.profile, device: options.device, ...listener },
      keepsTranscript,
      ...{ signal: ending.signal, hush: hushing.signal },
      ...(corrects === undefined ? {} : { corrects }),
      ...(options.openSound ? { sound: options.openSound() } : {}),
    });
    options.onResult?.(result);
    const past = remembered.at(-1) ?? null;
    const noticed = noticeFeedback(past, { ...result, beganAt });
    if (past !== null && noticed !== null && corrects === undefined) notice(past.traceId, { kind: noticed });
    remembered.push({ ...result, endedAt: performance.now(), isDiscreet: discreet !== undefined });
    if (remembered.length > MOST_REMEMBERED) remembered.shift();
    return result;
  }

  /** One turn after the other. */
  function next(turn: () => Promise<TurnResult>): Promise<TurnResult> {
    const result = running.then(turn);
    running = result.catch(() => {});
    return result;
  }

  async function correct(traceId: string, text: string, listener: TurnListener): Promise<TurnResult> {
    const result = await run({ text }, listener, traceId);
    const calls = options.consents().trains ? result.calls : null;
    notice(traceId, { kind: 'correction', calls });
    return result;
  }

  const session: Session = {
    id,
    say(text, listener = {}) {
      hushing.abort();
      return next(() => {
        const corrected = correctionIn(asSpoken(text));
        const past = remembered.at(-1);
        if (corrected !== null && past !== undefined) return correct(past.traceId, corrected, listener);
        return run({ text }, listener);
      });
    },
    listen(input, listener = {}) {
      session.interrupt();
      return next(() => run(input, listener));
    },
    hush: () => hushing.abort(),
    interrupt() {
      ending.abort();
      hushing.abort();
    },
    judge: (traceId, value) => give(traceId, { kind: 'thumb', value }),
    correct(traceId, text, listener = {}) {
      hushing.abort();
      return next(() => correct(traceId, text, listener));
    },
  };
  return session;
}
