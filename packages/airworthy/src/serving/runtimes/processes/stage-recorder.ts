/** A part of the work on one record: times in microseconds since the epoch. */
export interface StageTime {
  name: string;
  startedUs: number;
  endedUs: number;
  /** Place of the stage that it was part of, in the same list; null where it is no part of another. */
  parent: number | null;
  attributes: Record<string, string | number | boolean>;
  /** What it threw. */
  error?: string;
}

/** A stage while it runs. */
export interface RunningStage {
  /** Keeps a fact with it; the last of a name counts. */
  set(name: string, value: string | number | boolean): void;
  /** A part of it. */
  stage: Stage;
}

/** Does a piece of work as a stage of its own, and gives what it gave. */
export type Stage = <T>(name: string, work: (running: RunningStage) => T | Promise<T>) => Promise<T>;

/**
 * What a function is given beside its record: `stage` for the parts of its work, which become spans of the prediction's
 * trace where `serving.traces` keeps it, and `traceparent` (W3C) for what it asks of others.
 *
 * @example
 * export async function predict({ text }: { text: string }, { stage }: FunctionMeans) {
 *   const words = await stage('split', () => text.split(' '));
 *   return stage('count', (running) => {
 *     running.set('words', words.length);
 *     return words.length;
 *   });
 * }
 */
export interface FunctionMeans {
  stage: Stage;
  /** Absent where requests share the run. */
  traceparent?: string;
}

/** Of one record; further ones run, and are not recorded. */
export const MOST_STAGES = 64;
export const MOST_ATTRIBUTES = 32;
export const LONGEST_TEXT = 1_000;

/** Records the stages of one record as they run. Loaded by the process of a function, so it imports nothing. */
export function createStageRecorder(): { stage: Stage; recorded: readonly StageTime[] } {
  const recorded: StageTime[] = [];
  const within =
    (parent: number | null): Stage =>
    async (name, work) => {
      const time: StageTime = { name: cut(name), startedUs: now(), endedUs: 0, parent, attributes: {} };
      const place = recorded.length < MOST_STAGES ? recorded.push(time) - 1 : parent;
      try {
        return await work({ set: (key, value) => keep(time, key, value), stage: within(place) });
      } catch (thrown) {
        time.error = cut(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));
        throw thrown;
      } finally {
        time.endedUs = now();
      }
    };
  return { stage: within(null), recorded };
}

function keep({ attributes }: StageTime, name: string, value: string | number | boolean): void {
  // Plain JavaScript may say anything; what JSON cannot carry would cost the record all its stages.
  if (!isFact(value)) return;
  if (!(name in attributes) && Object.keys(attributes).length >= MOST_ATTRIBUTES) return;
  attributes[cut(name)] = typeof value === 'string' ? cut(value) : value;
}

function isFact(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function cut(text: string): string {
  return String(text).slice(0, LONGEST_TEXT);
}

function now(): number {
  return (performance.timeOrigin + performance.now()) * 1_000;
}
