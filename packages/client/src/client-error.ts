/** What the server says about a refusal; see docs/errors.md. */
interface ServerError {
  code?: unknown;
  message?: unknown;
  remedy?: unknown;
  at?: unknown;
  facts?: unknown;
}

/** A call that failed: refused by the server, or without an answer. */
export class AirworthyClientError extends Error {
  /** Stable; match on it. `UNREACHABLE` where no answer came, else the server's, such as `LABEL_INVALID`. */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** What to do next. */
  readonly remedy: string;
  /** Where in what was sent, such as `labels[3]`. */
  readonly at: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, error: ServerError, cause?: unknown) {
    super(
      typeof error.message === 'string' ? error.message : `the server answered ${status}`,
      cause === undefined ? undefined : { cause },
    );
    this.name = 'AirworthyClientError';
    this.code = typeof error.code === 'string' ? error.code : `HTTP_${status}`;
    this.status = status;
    this.remedy = typeof error.remedy === 'string' ? error.remedy : '';
    this.at = typeof error.at === 'string' ? error.at : undefined;
    this.facts = (error.facts ?? {}) as Record<string, unknown>;
  }
}
