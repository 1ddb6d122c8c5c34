import type { PlanQuestion } from '../planners/planner.ts';

/** A question that knows whose it is and which trace it belongs to: a planner elsewhere continues it. */
export interface TracedQuestion extends PlanQuestion {
  /** W3C trace context. */
  traceparent?: string;
  /** Pseudonym of who asks: what is kept of them elsewhere can be found and erased by it. */
  subject?: string;
}
