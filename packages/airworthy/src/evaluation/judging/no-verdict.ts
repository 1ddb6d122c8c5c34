import type { Score } from '../scoring/scorer.ts';

/** Why there is no score: the judge failed (`error`), or the case gives the question no meaning (`unscorable`, `skipped`). */
export class NoVerdict extends Error {
  readonly status: 'error' | 'skipped' | 'unscorable';
  readonly code: string;

  constructor(status: 'error' | 'skipped' | 'unscorable', code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  toScore(): Score {
    return { status: this.status, reason: this.message, code: this.code };
  }
}
