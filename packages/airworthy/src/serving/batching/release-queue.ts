import type { Table } from '../../models/table.ts';
import { outputWidth } from '../../models/table.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { JsonRecord } from '../records/check-records.ts';
import type { RunLimits, Runtime, Tensor } from '../runtimes/runtime.ts';
import type { ServingConfig } from '../schema.ts';
import { createAdmission, type WaitingRequest } from './admission.ts';
import { abandoned, type BatchedResult, createBatcher, expired } from './batcher.ts';
import { createCostModel } from './cost-model.ts';
import { joinTables, tableShape } from './join-tables.ts';
import { joinTensors, sharesRuns, splitTensors, tensorShape } from './join-tensors.ts';

/** What a run took, in microseconds, and how many records were in it. */
export interface RunFigures {
  queueUs: number;
  inferUs: number;
  batch: number;
}

/** Everything that is asked of one release goes through here. All throw OVERLOADED, DEADLINE_EXCEEDED, REQUEST_ABANDONED. */
export interface ReleaseQueue {
  predict(
    records: readonly JsonRecord[],
    request: WaitingRequest,
  ): Promise<{ answers: Output[]; figures: RunFigures }>;
  /** Of runtimes that have `scoreTable`. */
  scoreTable(table: Table, request: WaitingRequest): Promise<{ scores: Float64Array; figures: RunFigures }>;
  /** Of runtimes that have `infer`. */
  infer(
    inputs: readonly Tensor[],
    request: WaitingRequest,
  ): Promise<{ outputs: Tensor[]; figures: RunFigures }>;
  /** Requests that wait, and requests or runs that are being computed. */
  load(): { waiting: number; running: number };
}

/** What is asked, and what comes of it, in whichever form. */
type Asked =
  | { form: 'records'; records: readonly JsonRecord[] }
  | { form: 'table'; table: Table }
  | { form: 'tensors'; inputs: readonly Tensor[] };
type Answered = Output[] | Float64Array | Tensor[];

/**
 * Who waits for a release: nobody where it answers at once, else runs that requests share. What cannot be answered in
 * good time is refused before any work.
 */
export function createReleaseQueue(
  runtime: Runtime,
  limits: ServingConfig['queue'],
  isLoopLate: () => boolean,
): ReleaseQueue {
  const maxRows = Math.min(limits.batchRecords, runtime.runs?.records ?? limits.batchRecords);
  const slots = runtime.runs?.atOnce ?? 1;
  const cost = createCostModel();
  const admission = createAdmission({ limits, cost, slots, maxRows, isLoopLate });
  /** A run that ended while this thread was late took no time of its own: it would make every wait look long. */
  const onRun = (rows: number, ms: number) => {
    if (!isLoopLate()) cost.learn(rows, ms);
  };
  const line = runtime.immediate ? createNoLine(runtime, onRun) : createLine();
  function createLine() {
    const run = (asked: readonly Asked[], each: RunLimits) => runTogether(runtime, asked, each);
    return createBatcher<Asked, Answered>({ run, shapeOf: shapeFor(runtime), maxRows, slots, onRun });
  }

  async function ask(asked: Asked, rows: number, request: WaitingRequest) {
    admission.enter(rows, request);
    // Who gives up takes room until the run is over, or its turn comes: otherwise a slow run would gather any number.
    const answer = line.add({ input: asked, rows, limits: request }).finally(() => admission.leave(rows));
    return runtime.immediate ? answer : inTime(answer, request);
  }
  return {
    async predict(records, request) {
      const { result, ...figures } = await ask({ form: 'records', records }, records.length, request);
      return { answers: result as Output[], figures };
    },
    async scoreTable(table, request) {
      const { result, ...figures } = await ask({ form: 'table', table }, table.rows, request);
      return { scores: result as Float64Array, figures };
    },
    async infer(inputs, request) {
      const rows = inputs[0]?.shape[0] ?? 1;
      const { result, ...figures } = await ask({ form: 'tensors', inputs }, rows, request);
      return { outputs: result as Tensor[], figures };
    },
    load: () => ({ waiting: line.waiting(), running: line.running() }),
  };
}

type Line = Pick<ReturnType<typeof createBatcher<Asked, Answered>>, 'add' | 'waiting' | 'running'>;

/** Each request is a run of its own, at once. */
function createNoLine(runtime: Runtime, learn: (rows: number, ms: number) => void): Line {
  let running = 0;
  return {
    waiting: () => 0,
    running: () => running,
    async add({ input, rows, limits }) {
      const began = performance.now();
      running++;
      try {
        const result = await runAlone(runtime, input, limits);
        const ms = performance.now() - began;
        learn(rows, ms);
        return { result, queueUs: 0, inferUs: ms * 1_000, batch: rows };
      } finally {
        running--;
      }
    },
  };
}

function runAlone(runtime: Runtime, asked: Asked, limits: RunLimits): Promise<Answered> {
  if (asked.form === 'records') return runtime.predict(asked.records, limits);
  if (asked.form === 'table' && runtime.scoreTable) return runtime.scoreTable(asked.table, limits);
  if (asked.form === 'tensors' && runtime.infer) return runtime.infer(asked.inputs, limits);
  throw new TypeError(`a runtime of kind ${runtime.kind} answers no ${asked.form}`);
}

/** Requests may share a run where this is equal. */
function shapeFor({ signature }: Runtime): (asked: Asked) => string | null {
  const tensorsShare = sharesRuns(signature);
  return (asked) => {
    if (asked.form === 'records') return 'records';
    if (asked.form === 'table') return `table ${tableShape(asked.table)}`;
    const shape = tensorsShare ? tensorShape(asked.inputs) : null;
    return shape === null ? null : `tensors ${shape}`;
  };
}

/** One run of requests of one shape. */
async function runTogether(
  runtime: Runtime,
  asked: readonly Asked[],
  limits: RunLimits,
): Promise<Answered[]> {
  const [first] = asked;
  if (asked.length === 1) return [await runAlone(runtime, first, limits)];
  if (first.form === 'records') {
    const each = asked.map((one) => (one as typeof first).records);
    const answers = (await runAlone(runtime, { ...first, records: each.flat() }, limits)) as Output[];
    return slices(
      each.map((records) => records.length),
      (from, to) => answers.slice(from, to),
    );
  }
  if (first.form === 'table') {
    const each = asked.map((one) => (one as typeof first).table);
    const scores = (await runAlone(runtime, { ...first, table: joinTables(each) }, limits)) as Float64Array;
    const { task } = runtime.signature;
    const width = task ? outputWidth(task) : 1;
    return slices(
      each.map(({ rows }) => rows),
      (from, to) => scores.slice(from * width, to * width),
    );
  }
  const each = asked.map((one) => (one as typeof first).inputs);
  const outputs = (await runAlone(runtime, { ...first, inputs: joinTensors(each) }, limits)) as Tensor[];
  return splitTensors(
    outputs,
    each.map((inputs) => inputs[0].shape[0]),
  );
}

function slices<Slice>(counts: readonly number[], slice: (from: number, to: number) => Slice): Slice[] {
  let start = 0;
  return counts.map((count) => {
    start += count;
    return slice(start - count, start);
  });
}

/** Answers in time though the run goes on: one who gave a deadline, or has left, waits no longer than that. */
function inTime(
  answer: Promise<BatchedResult<Answered>>,
  limits: RunLimits,
): Promise<BatchedResult<Answered>> {
  const { deadline, signal } = limits;
  if (deadline === undefined && signal === undefined) return answer;
  const since = performance.now();
  return new Promise((resolve, reject) => {
    const late = () => reject(expired(since));
    const left = () => reject(abandoned());
    // Timers are whole milliseconds, and may be one early: the batcher is to see that it is over, too.
    const leftMs = deadline === undefined ? undefined : Math.max(0, Math.ceil(deadline - since)) + 1;
    const timer = leftMs === undefined ? undefined : setTimeout(late, leftMs);
    signal?.addEventListener('abort', left, { once: true });
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', left);
    };
    answer.finally(done).then(resolve, reject);
  });
}
