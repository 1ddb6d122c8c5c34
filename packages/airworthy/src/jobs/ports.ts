/**
 * One piece of CPU-heavy work: an exported function of a module, called with one input away from the
 * caller's event loop. The input and the result are structured clones; a SharedArrayBuffer inside the input
 * is shared, not copied.
 */
export interface Job {
  /** The module's address; `siblingModule(import.meta.url, 'name')` gives one that works from source and built. */
  module: URL;
  /** The name of the exported `JobFunction`. */
  run: string;
  input: unknown;
}

export interface JobOptions {
  /** Aborting stops the job at once, wherever it is, and rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called with every message the job reports. */
  onProgress?: (message: unknown) => void;
}

/** What a job's module exports. `report` sends a structured clone to `onProgress`. */
export type JobFunction<Input, Result> = (
  input: Input,
  report: (message: unknown) => void,
) => Result | Promise<Result>;

/** Where jobs run. A job's AirworthyError arrives as one, with its code, message, place and facts. */
export interface Executor extends AsyncDisposable {
  run<Result>(job: Job, options?: JobOptions): Promise<Result>;
}
