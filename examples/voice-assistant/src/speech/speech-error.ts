export type SpeechErrorCode = 'unavailable' | 'busy' | 'crashed' | 'timed-out' | 'aborted' | 'refused';

/** Recognition or speech that did not happen: why, and what to do where something can be done. */
export class SpeechError extends Error {
  readonly code: SpeechErrorCode;

  constructor(code: SpeechErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SpeechError';
    this.code = code;
  }
}
