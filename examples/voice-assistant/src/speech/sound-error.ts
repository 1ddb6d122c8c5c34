export type SoundErrorCode = 'not-wav' | 'broken' | 'unsupported' | 'empty' | 'too-long';

/** A recording that cannot be used; the message says what to do. */
export class SoundError extends Error {
  readonly code: SoundErrorCode;

  constructor(code: SoundErrorCode, message: string) {
    super(message);
    this.name = 'SoundError';
    this.code = code;
  }
}
