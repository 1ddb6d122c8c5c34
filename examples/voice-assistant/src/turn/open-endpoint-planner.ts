import { createClient } from '@airworthy/client';
import { isRecord } from '../planners/is-record.ts';
import type { Plan, Planner } from '../planners/planner.ts';
import type { Call } from '../skills/skill.ts';
import { StageError } from './stage-error.ts';
import type { TracedQuestion } from './traced-question.ts';

export interface EndpointPlannerOptions {
  /** An Airworthy server: `http://127.0.0.1:4400`. */
  baseUrl: string;
  endpoint: string;
  token?: string | undefined;
}

/**
 * A planner behind an endpoint of an Airworthy server. Its answer is a prediction, named by the turn's trace; what the endpoint
 * says of validity is for its own record, because whoever acts checks.
 */
export function openEndpointPlanner({ baseUrl, endpoint, token }: EndpointPlannerOptions): Planner {
  return {
    name: 'endpoint',
    version: endpoint,
    async plan({ text, traceparent, subject }: TracedQuestion, signal?: AbortSignal): Promise<Plan> {
      const client = createClient({
        ...{ baseUrl, token, retries: 0 },
        // In place of the trace that the client begins for each prediction.
        fetch: (url, init) =>
          fetch(url, { ...init, headers: withTrace(init?.headers, traceparent, subject) }),
      });
      const options = { ...(signal ? { signal } : {}), ...(subject === undefined ? {} : { subject }) };
      const answer: unknown = await client.predict(endpoint, { text }, options);
      return readPlan(answer, `${baseUrl}/predict/${endpoint}`);
    },
    async close() {},
  };
}

function withTrace(
  headers: RequestInit['headers'] | undefined,
  traceparent: string | undefined,
  subject: string | undefined,
): Headers {
  const all = new Headers(headers);
  if (traceparent !== undefined) all.set('traceparent', traceparent);
  // A person stays with one version of a rollout.
  if (subject !== undefined) all.set('x-unit-id', subject);
  return all;
}

function readPlan(answer: unknown, url: string): Plan {
  const output = isRecord(answer) ? answer.output : undefined;
  const calls = isRecord(output) ? output.calls : undefined;
  if (!isRecord(output) || !Array.isArray(calls) || !calls.every(isCall))
    throw new StageError({ stage: 'nlu', code: 'failed', message: `${url} answered with no calls` });
  const confidence = output.confidence;
  return {
    calls: calls.map(({ name, arguments: given }) => ({ name, arguments: given })),
    confidence: typeof confidence === 'number' ? confidence : null,
    raw: JSON.stringify(output),
  };
}

function isCall(value: unknown): value is Call {
  return isRecord(value) && typeof value.name === 'string' && isRecord(value.arguments);
}
