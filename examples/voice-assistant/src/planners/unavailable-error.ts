/** What a planner needs is not installed, does not answer, or has too much to do: nothing is wrong with the sentence. */
export class UnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnavailableError';
  }
}
