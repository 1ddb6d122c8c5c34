import type { StageTime } from '../runtimes/processes/stage-recorder.ts';

/** How a request ended. `shed`: refused for want of room; `late`: its deadline passed; `left`: the client did. */
export type RequestOutcome = 'answered' | 'refused' | 'failed' | 'shed' | 'late' | 'left';

/** One request as it is counted: times in microseconds. */
export interface RequestFigures {
  /** Of the request: its first prediction's id. */
  traceId: string;
  /** The caller's span, where it named one. */
  parentSpanId: string | null;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  outcome: RequestOutcome;
  /** Catalogue code of the error; null where it was answered. */
  code: string | null;
  records: number;
  /** From admission to the start of the run that answered it. */
  queueUs: number;
  /** Reading and checking what was sent. */
  inputUs: number;
  /** The run itself. */
  inferUs: number;
  /** Everything inside the endpoint. */
  totalUs: number;
  /** Records in the run that answered it. */
  batch: number;
  /** Milliseconds since the epoch, when it ended. */
  at: number;
  /** What its release says it did for each record; none where it says nothing. */
  stages: readonly (readonly StageTime[])[];
}

/** Where requests are counted: called once a request, on the request path; must be cheap and must not throw. */
export interface RequestCounter {
  count(figures: RequestFigures): void;
}
