import { isUtf8 } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';
import { type AirworthyError, toAirworthyError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { FieldProblem } from '../../schema.ts';
import { takeOut } from '../score-lines.ts';
import type { MessageSink, MessageSource, StreamLine, StreamMessage } from './stream.ts';

export interface FollowOptions {
  source: MessageSource;
  answers: MessageSink;
  /** Messages that have no answer, with the reasons. */
  rejected: MessageSink;
  /** The answer to one record, under this id; what a request would get. */
  answer(record: unknown, id: string): Promise<Readonly<Record<string, unknown>>>;
  /** Members of a record that are carried along, and the fields' names. */
  keep: readonly string[];
  names: readonly string[];
  log: Logger;
  /** Aborted, it ends with the batch at work done. */
  signal: AbortSignal;
  onBatch?: (counts: FollowCounts) => void;
}

export interface FollowCounts {
  answered: number;
  rejected: number;
}

/**
 * Answers messages as they come. A message is committed once its answer is durable: one that comes again, because
 * the process was killed in between, gets the same id. One that has no answer whatever is tried goes aside with the
 * reason, so that it holds up nobody.
 *
 * @throws what no waiting mends: the endpoint is not there, the source or the sink fails
 */
export async function followStream(options: FollowOptions): Promise<FollowCounts> {
  const { source, signal } = options;
  const counts: FollowCounts = { answered: 0, rejected: 0 };
  for await (const batch of source.batches(signal)) {
    const outcomes = await Promise.all(batch.map((message) => answerMessage(message, options))).catch(
      (error) => {
        // Asked to stop while waiting: what has no answer yet comes again.
        if (signal.aborted) return null;
        throw error;
      },
    );
    if (outcomes === null) break;
    const lines = outcomes.flatMap((outcome) => ('answer' in outcome ? [outcome.answer] : []));
    const aside = outcomes.flatMap((outcome) => ('aside' in outcome ? [outcome.aside] : []));
    if (lines.length > 0) await options.answers.write(lines);
    if (aside.length > 0) await options.rejected.write(aside);
    await source.commit();
    counts.answered += lines.length;
    counts.rejected += aside.length;
    options.onBatch?.(counts);
  }
  return counts;
}

type Outcome = { answer: StreamLine } | { aside: StreamLine };

async function answerMessage(message: StreamMessage, options: FollowOptions): Promise<Outcome> {
  const { id } = message;
  let value: unknown;
  try {
    value = parse(message.bytes);
  } catch (error) {
    return putAside(message, [{ path: '', problem: (error as Error).message }]);
  }
  const { record, kept } = takeOut(value, options.keep, options.names);
  const answer = await untilAnswered(() => options.answer(record, id), options);
  if ('problems' in answer) return putAside(message, answer.problems);
  return { answer: { id, text: JSON.stringify({ ...kept, ...answer.value, predictionId: id }) } };
}

function parse(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new TypeError('is not UTF-8');
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (error) {
    throw new TypeError(`is not JSON: ${(error as Error).message}`);
  }
}

/** With the message itself, so that it can be mended and sent again. */
function putAside({ id, place, bytes }: StreamMessage, problems: readonly FieldProblem[]): Outcome {
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return { aside: { id, text: JSON.stringify({ predictionId: id, place, problems, message }) } };
}

/** Waits between attempts, in ms. */
const WAITS = [100, 300, 1_000, 3_000, 5_000];
/** Attempts where the record itself may be at fault. */
const FEW = 3;

/**
 * What passes is waited for: a full queue, a server that starts again. What may lie in the record gets a few attempts.
 *
 * @throws what lies in neither; the signal's reason once aborted
 */
async function untilAnswered<Answer>(
  answer: () => Promise<Answer>,
  { log, signal }: Pick<FollowOptions, 'log' | 'signal'>,
): Promise<{ value: Answer } | { problems: readonly FieldProblem[] }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return { value: await answer() };
    } catch (thrown) {
      const error = toAirworthyError(thrown);
      const cause = causeOf(error);
      if (cause === 'message' || (cause === 'either' && attempt >= FEW))
        return { problems: problemsOf(error) };
      if (cause === 'setting') throw error;
      log.warn({ attempt, code: error.code }, `no answer yet: ${error.message}`);
      await wait(WAITS[Math.min(attempt, WAITS.length) - 1], undefined, { signal });
    }
  }
}

type Cause = 'message' | 'setting' | 'moment' | 'either';

/** Whether a failure lies in the message, in how things are set up, in the moment, or nobody can tell. */
function causeOf({ code, status, facts }: AirworthyError): Cause {
  const at = code === 'SERVER_REFUSED' ? Number(facts.status) : status;
  if (code === 'SERVER_UNREACHABLE' || at === 429 || at === 503) return 'moment';
  if (at === 401 || at === 403 || at === 404) return 'setting';
  return at < 500 ? 'message' : 'either';
}

function problemsOf({ message, facts }: AirworthyError): readonly FieldProblem[] {
  return Array.isArray(facts.fields) ? (facts.fields as FieldProblem[]) : [{ path: '', problem: message }];
}
