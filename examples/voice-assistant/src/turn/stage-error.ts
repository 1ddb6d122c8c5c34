import type { StageFailure, StageName } from './turn.ts';

/** A stage that could not do its part: the turn ends, or goes on without it, and its trace says why. */
export class StageError extends Error {
  readonly failure: StageFailure;

  constructor(failure: StageFailure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.name = 'StageError';
    this.failure = failure;
  }
}

/** What was thrown in a stage, as its failure. */
export function toStageError(stage: StageName, thrown: unknown): StageError {
  if (thrown instanceof StageError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new StageError({ stage, code: codeOf(thrown), message }, thrown);
}

/** Codes of those who hear and speak. */
const CODES: Readonly<Record<string, StageFailure['code']>> = {
  unavailable: 'unavailable',
  busy: 'unavailable',
  'timed-out': 'timed-out',
  aborted: 'interrupted',
};

function codeOf(thrown: unknown): StageFailure['code'] {
  if (!(thrown instanceof Error)) return 'failed';
  if (isUnavailable(thrown)) return 'unavailable';
  return 'code' in thrown ? (CODES[String(thrown.code)] ?? 'failed') : 'failed';
}

/** Is it not installed, or does it not answer? */
export function isUnavailable(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  if (thrown.name === 'UnavailableError') return true;
  if ('code' in thrown && (thrown.code === 'unavailable' || thrown.code === 'UNREACHABLE')) return true;
  return thrown.name === 'TypeError' && thrown.message === 'fetch failed';
}
