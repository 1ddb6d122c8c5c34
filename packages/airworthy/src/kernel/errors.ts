import { CATALOGUE, type ErrorCode } from './error-catalogue.ts';

const BRAND = Symbol.for('airworthy.error');

/** What an error carries beyond its code. */
export interface ErrorDetails {
  /** What went wrong, naming the thing: the file, the field, the column, the model. */
  message: string;
  /** What to do next, where the catalogue's general remedy can be made specific. */
  remedy?: string;
  /** Where in the input: a path such as `training.budget.trials`, a line, a column. */
  at?: string;
  /** Machine-readable facts for `--json` and API answers. Never secrets. */
  facts?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * The one error type that crosses a room's door. Code, HTTP status and exit code come from the catalogue.
 *
 * @example
 * throw new AirworthyError('DATASET_NOT_FOUND', { message: 'no dataset named "flights" in this project' });
 */
export class AirworthyError extends Error {
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly status: number;
  readonly exitCode: number;
  readonly remedy: string;
  readonly at: string | undefined;
  readonly facts: Record<string, unknown>;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    const entry = CATALOGUE[code];
    this.name = 'AirworthyError';
    this.code = code;
    this.status = entry.status;
    this.exitCode = entry.exit;
    this.remedy = details.remedy ?? entry.remedy;
    this.at = details.at;
    this.facts = details.facts ?? {};
  }

  /** Recognises our errors across duplicate installs and worker boundaries, where `instanceof` fails. */
  static is(value: unknown): value is AirworthyError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  get docs(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`;
  }

  /** What and what to do, for protocols that have one text for an error. */
  get sentence(): string {
    return `${this.message}${/[.?!]$/.test(this.message) ? '' : '.'} ${this.remedy}`;
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      remedy: this.remedy,
      ...(this.at === undefined ? {} : { at: this.at }),
      ...(Object.keys(this.facts).length === 0 ? {} : { facts: this.facts }),
      docs: this.docs,
    };
  }
}

/** Normalises anything thrown into a catalogued error; an unknown throw becomes INTERNAL with its cause kept. */
export function toAirworthyError(thrown: unknown): AirworthyError {
  if (AirworthyError.is(thrown)) return thrown;
  const system = systemError(thrown);
  if (system) return system;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AirworthyError('INTERNAL', { message, cause: thrown });
}

/** SQLite's code where it cannot make room for the index of its log. */
const SQLITE_IOERR_SHMSIZE = 4874;

/** Did this fail because a disk has no room left? */
export function isDiskFull(thrown: unknown): boolean {
  const { code, errcode } = (thrown ?? {}) as { code?: unknown; errcode?: unknown };
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === 'ENOSPC' || errcode === SQLITE_IOERR_SHMSIZE) return true;
  return /database or disk is full|No space left on device/i.test(message);
}

function systemError(thrown: unknown): AirworthyError | undefined {
  if (!isDiskFull(thrown)) return undefined;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AirworthyError('DISK_FULL', { message: `the disk is full: ${message}`, cause: thrown });
}
