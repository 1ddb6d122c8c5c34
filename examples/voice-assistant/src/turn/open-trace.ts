import { type Attributes, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { STAGE_BUDGETS } from './stage-budgets.ts';
import { StageError, toStageError } from './stage-error.ts';
import type { StageFailure, StageName, StageTiming, TurnParts, TurnSetting } from './turn.ts';
import { withinTime } from './within-time.ts';

/** A stage while it runs. */
export interface RunningStage {
  /** Aborted when its time is over, or the turn is. */
  signal: AbortSignal;
  /** W3C trace context: what is asked of others belongs to this stage. */
  traceparent: string;
  set(attributes: Attributes): void;
  /** How long the person waited for it, where that is not all of it. */
  waited(ms: number): void;
}

export interface StageOptions {
  attributes?: Attributes;
  /** When it began, in ms since the turn did; now where absent. */
  startedMs?: number;
  timeoutMs?: number;
  /** Is it told of the end of the turn, and then waited for? Others are left where they are. */
  endsItself?: boolean;
}

/** The trace of a turn that is under way: its root span, and one for each stage. */
export interface OpenTrace {
  traceId: string;
  /** Ms since the turn began. */
  now(): number;
  /** Does the work of a stage within its time. Throws StageError, whatever went wrong. */
  stage<Value>(
    name: StageName,
    work: (running: RunningStage) => Value | Promise<Value>,
    options?: StageOptions,
  ): Promise<Value>;
  set(attributes: Attributes): void;
  /** In the order in which they began. */
  timings(): StageTiming[];
  end(failure: StageFailure | null): void;
}

type TraceParts = Pick<TurnParts, 'tracer' | 'timeouts'>;

/** Begins the trace of a turn. */
export function openTrace(parts: TraceParts, setting: TurnSetting, attributes: Attributes): OpenTrace {
  const began = performance.now();
  const now = () => performance.now() - began;
  // One clock for all spans: those that began before they were noticed lie right beside the others.
  const at = (ms: number) => performance.timeOrigin + began + ms;
  const root = parts.tracer.startSpan('voice.turn', { startTime: at(0), attributes, root: true });
  const within = trace.setSpan(context.active(), root);
  const timings: StageTiming[] = [];

  return {
    traceId: root.spanContext().traceId,
    now,
    set: (more) => void root.setAttributes(more),
    timings: () => [...timings].sort((one, other) => one.startedMs - other.startedMs),
    end(failure) {
      if (failure !== null) fail(root, failure, setting);
      root.end(at(now()));
    },
    async stage(name, work, options = {}) {
      const startedMs = options.startedMs ?? now();
      const timing: StageTiming = { stage: name, startedMs, ms: 0, waitedMs: 0 };
      timings.push(timing);
      setting.onStage?.(timing, 'began');
      const span = parts.tracer.startSpan(
        name,
        { startTime: at(startedMs), ...(options.attributes && { attributes: options.attributes }) },
        within,
      );
      let waited: number | undefined;
      try {
        const timeoutMs = options.timeoutMs ?? parts.timeouts?.[name] ?? STAGE_BUDGETS[name].timeoutMs;
        const run = (signal: AbortSignal) =>
          work({
            signal,
            traceparent: traceparentOf(span),
            set: (more) => void span.setAttributes(more),
            waited: (ms) => {
              waited = ms;
            },
          });
        const turnEnds = options.endsItself ? undefined : setting.signal;
        return settle(name, await withinTime(run, timeoutMs, turnEnds), timeoutMs);
      } catch (thrown) {
        const error = toStageError(name, thrown);
        timing.failure = error.failure.code;
        fail(span, error.failure, setting);
        throw error;
      } finally {
        timing.ms = now() - startedMs;
        timing.waitedMs = waited ?? timing.ms;
        span.setAttribute('voice.waited_ms', round(timing.waitedMs));
        span.end(at(now()));
        setting.onStage?.(timing, 'ended');
      }
    },
  };
}

function settle<Value>(
  stage: StageName,
  result: Awaited<ReturnType<typeof withinTime<Value>>>,
  timeoutMs: number,
): Value {
  if (result.ended === 'done') return result.value;
  if (result.ended === 'aborted')
    throw new StageError({ stage, code: 'interrupted', message: 'the turn was ended' });
  throw new StageError({ stage, code: 'timed-out', message: `no answer within ${timeoutMs} ms` });
}

function fail(span: Span, { stage, code, message }: StageFailure, { keepsTranscript }: TurnSetting): void {
  span.setAttributes({ 'error.type': code, 'voice.failed_stage': stage });
  // An interruption is what the person wanted.
  if (code === 'interrupted') return;
  // Servers and skills quote in their errors what they were given: the words of the person.
  span.setStatus({ code: SpanStatusCode.ERROR, message: keepsTranscript ? message : `${stage}: ${code}` });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

/** Ms as traces keep them. */
export function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
