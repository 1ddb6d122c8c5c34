/** An error as OpenAI's interface words it. */
export class OpenAiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;

  constructor(status: number, message: string, code: string | null = null) {
    super(message);
    this.status = status;
    this.type =
      status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error';
    this.code = code;
  }

  toBody(): object {
    return { error: { message: this.message, type: this.type, param: null, code: this.code } };
  }
}
