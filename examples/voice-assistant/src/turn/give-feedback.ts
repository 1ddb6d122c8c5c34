import type { Client } from '@airworthy/client';
import { context, type Tracer, trace } from '@opentelemetry/api';
import type { Call } from '../skills/skill.ts';
import type { TraceRing } from '../tracing/trace-ring.ts';
import type { ImplicitFeedback } from './notice-feedback.ts';

/** What a person thinks of a turn: said with a thumb or with other words, or shown by what they do next. */
export type TurnFeedback =
  | { kind: 'thumb'; value: 'up' | 'down' }
  | { kind: ImplicitFeedback }
  /** What would have been right; null where the person does not want their words kept. */
  | { kind: 'correction'; calls: readonly Call[] | null };

export interface FeedbackParts {
  tracer: Tracer;
  ring: TraceRing;
  /** The endpoint whose predictions are judged; null where turns are decided in process. */
  endpoint: { client: Client; name: string } | null;
}

/**
 * Feedback goes into the turn's trace, and to the prediction behind it where there is one. Gives whether the turn is known.
 *
 * @example
 * await giveFeedback(traceId, { kind: 'thumb', value: 'down' }, 'p-7', parts);
 */
export async function giveFeedback(
  traceId: string,
  feedback: TurnFeedback,
  profile: string,
  parts: FeedbackParts,
): Promise<boolean> {
  const root = parts.ring.trace(traceId).find(({ name }) => name === 'voice.turn');
  if (root === undefined) return false;
  const span = parts.tracer.startSpan(
    'voice.feedback',
    {
      attributes: {
        'user.id': profile,
        'voice.feedback.kind': feedback.kind,
        ...(feedback.kind === 'thumb' ? { 'voice.feedback.value': feedback.value } : {}),
      },
    },
    trace.setSpanContext(context.active(), root.spanContext()),
  );
  try {
    if (parts.endpoint !== null) await judgePrediction(traceId, feedback, profile, parts.endpoint);
  } catch (thrown) {
    span.recordException(thrown as Error);
    throw thrown;
  } finally {
    span.end();
  }
  return true;
}

/** The prediction's id is the turn's trace. */
async function judgePrediction(
  prediction: string,
  feedback: TurnFeedback,
  profile: string,
  { client, name }: NonNullable<FeedbackParts['endpoint']>,
): Promise<void> {
  const source = feedback.kind === 'thumb' ? profile : `${profile} ${feedback.kind}`;
  if (feedback.kind === 'thumb' && feedback.value === 'up') {
    await client.thumbsUp(name, prediction, { source });
    return;
  }
  await client.thumbsDown(name, prediction, { source });
  if (feedback.kind === 'correction' && feedback.calls !== null)
    await client.correct(name, prediction, feedback.calls, { source });
}
