import type { Outcome } from '../send-request.ts';
import { backOff } from '../send-request.ts';

/** One request that waits its turn. It must have the same effect twice as once. */
export interface Parcel {
  method: 'POST' | 'PUT';
  path: string;
  content: ParcelContent;
  /** How many of the things that a status counts it carries. */
  records: number;
  /** What it is, for a person: `3 params`. */
  what: string;
  /** Points, which may be given up when too much waits. */
  isMetrics?: boolean;
  /** The same, one thing a request: a refusal then costs only what was refused. */
  split?: () => Parcel[];
}

export type ParcelContent = { json: unknown } | { bytes: Uint8Array<ArrayBuffer> | Blob } | { file: string };

/** Never rejects. */
export type Send = (parcel: Parcel, signal: AbortSignal) => Promise<Outcome>;

export interface OutboxCounts {
  sent: number;
  lost: number;
  /** Why something was lost: the first few reasons. */
  problems: string[];
  /** What stops sending at the moment. */
  trouble?: string | undefined;
}

const PROBLEMS_KEPT = 5;
/** 500 batches are 16 MB. */
const BATCHES_KEPT = 500;

/**
 * Sends parcels one after another, in order. One that failed for a reason that may pass is sent again after ever longer
 * pauses; one that is refused is counted and left behind. Where the server stays away, the oldest metrics make room.
 */
export class Outbox {
  readonly #send: Send;
  readonly #counts: OutboxCounts;
  readonly #queue: Parcel[] = [];
  #batches = 0;
  #sending: Promise<void> | undefined;
  /** Cuts the pause before the next attempt. */
  #wake: (() => void) | undefined;
  /** Ends the attempt under way when all is given up. */
  #stop = new AbortController();

  constructor(send: Send, counts: OutboxCounts) {
    this.#send = send;
    this.#counts = counts;
  }

  get waiting(): readonly Parcel[] {
    return this.#queue;
  }

  get busy(): boolean {
    return this.#sending !== undefined;
  }

  add(parcel: Parcel): void {
    this.#queue.push(parcel);
    if (parcel.isMetrics && ++this.#batches > BATCHES_KEPT) this.#makeRoom();
    this.#sending ??= this.#sendAll();
  }

  /** Resolves when nothing waits any more or the time is up; true in the first case. */
  async drain(patienceMs: number): Promise<boolean> {
    const deadline = Date.now() + patienceMs;
    while (this.#sending) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      this.#wake?.();
      // This timer keeps a program alive that has nothing else to do; those between attempts do not.
      await within(this.#sending, Math.min(left, backOff(0)));
    }
    return true;
  }

  /** Counts everything that waits as lost, and lets go of it. */
  giveUp(why: string): void {
    for (const parcel of this.#queue.splice(0)) this.#lose(parcel, why);
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#wake?.();
  }

  /** Counts everything that waits as sent: by other means. */
  settleAll(): void {
    for (const parcel of this.#queue.splice(0)) this.#settle(parcel);
    this.#counts.trouble = undefined;
  }

  /** Not the first: it may be on its way. */
  #makeRoom(): void {
    const oldest = this.#queue.findIndex((parcel, index) => index > 0 && parcel.isMetrics);
    if (oldest === -1) return;
    const [parcel] = this.#queue.splice(oldest, 1);
    if (parcel) this.#lose(parcel, 'too many metrics wait for the server: the oldest made room');
  }

  async #sendAll(): Promise<void> {
    // What is logged in the same moment goes together with the rest of it.
    await undefined;
    for (let attempt = 0; ; ) {
      const parcel = this.#queue[0];
      if (parcel === undefined) {
        // In this very moment: what is added after it finds nobody sending, and begins anew.
        this.#sending = undefined;
        return;
      }
      const outcome = await this.#send(parcel, this.#stop.signal);
      // It was given up meanwhile.
      if (this.#queue[0] !== parcel) continue;
      if ('error' in outcome && outcome.mayPass) {
        this.#counts.trouble = outcome.error.message;
        await this.#pause(outcome.waitMs ?? backOff(attempt++));
        continue;
      }
      attempt = 0;
      this.#counts.trouble = undefined;
      this.#queue.shift();
      if (!('error' in outcome)) this.#settle(parcel);
      else if (parcel.split && parcel.records > 1) this.#queue.unshift(...parcel.split());
      else this.#lose(parcel, outcome.error.message);
    }
  }

  #settle(parcel: Parcel): void {
    this.#counts.sent += parcel.records;
    if (parcel.isMetrics) this.#batches--;
  }

  #lose(parcel: Parcel, why: string): void {
    this.#counts.lost += parcel.records;
    if (parcel.isMetrics) this.#batches--;
    noteProblem(this.#counts, `${parcel.what}: ${why}`);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms);
      letExit(timer);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

export function noteProblem({ problems }: OutboxCounts, problem: string): void {
  if (problems.length < PROBLEMS_KEPT && !problems.includes(problem)) problems.push(problem);
}

/** In Node, a timer that waits does not keep the program from ending. */
export function letExit(timer: unknown): void {
  (timer as { unref?(): void }).unref?.();
}

function within(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
