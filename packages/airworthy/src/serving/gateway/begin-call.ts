import { randomBytes } from 'node:crypto';
import { guessTokens } from '../../evaluation/calling.ts';
import { newId } from '../../kernel/ids.ts';
import { parseTraceparent } from '../endpoints/trace-id.ts';
import type { Tries } from './ask-targets.ts';
import type { Held, Taken } from './budgets.ts';
import type { CallMeans } from './call-means.ts';
import type { GatewayCall, GatewayRequest } from './gateway.ts';
import { type AnswerText, type EndedCall, type MeasuredCall, measureCall } from './measure-call.ts';
import type { CallScopes } from './rate-limits.ts';
import { type Plan, planCall } from './resolve-model.ts';

/** A call on its way. */
export interface Going {
  request: GatewayRequest;
  call: GatewayCall;
  plan: Plan;
  scopes: CallScopes;
  trace: EndedCall['trace'];
  tries: Tries;
  /** Since the epoch. */
  startedUs: number;
  /** On the clock of `performance.now()`. */
  began: number;
  held: Held | undefined;
}

/** How a call ended. */
export interface Ending {
  status: number;
  error?: EndedCall['error'];
  answer?: AnswerText | undefined;
  cached?: boolean;
  firstByteUs?: number | undefined;
}

/** Finds out who is to answer, and names the call. */
export function beginCall(means: CallMeans, request: GatewayRequest, call: GatewayCall): Going {
  const { context, pseudonym } = means;
  const parent = parseTraceparent(call.traceparent);
  const traceId = call.traceId ?? parent ?? newId();
  const plan = planCall(request.model, { ...call, traceId }, means);
  const [{ provider, model }] = plan.targets;
  const user = call.user === undefined ? '' : pseudonym(call.user);
  const route = call.endpoint ?? plan.route;
  return {
    ...{ request, call, plan },
    scopes: { project: context.project, user, route, model, provider },
    trace: {
      traceId,
      spanId: randomBytes(8).toString('hex'),
      // The parent is of the caller's trace; a call of another trace has none here.
      parentId: parent === traceId ? (call.traceparent as string).slice(36, 52) : '',
    },
    tries: { servedBy: [], attempts: 0 },
    startedUs: context.clock.now() * 1_000,
    began: performance.now(),
    held: undefined,
  };
}

/** Counts a call against limits and budgets. @throws GATEWAY_RATE_LIMITED, GATEWAY_BUDGET_SPENT */
export function admitCall({ price, limiter, budgets }: CallMeans, going: Going): void {
  const { request, plan, scopes } = going;
  const text = request.bytes?.toString('utf8') ?? JSON.stringify(request.body ?? null);
  const { input, output } = guessTokens(request.body, text);
  const guess = { inputTokens: input, outputTokens: output, cachedTokens: null };
  const cost = price({ model: plan.targets[0].model, ...guess })?.cost ?? 0;
  limiter.admit(scopes, input);
  going.held = budgets.reserve(scopes, { tokens: input + output, cost });
}

/** Counts and records what became of a call. */
export function endCall({ price, log }: CallMeans, going: Going, ending: Ending): void {
  const { request, call, plan, tries, scopes } = going;
  const [first] = plan.targets;
  const last = tries.servedBy.at(-1) ?? `${first.provider}/${first.model}`;
  const slash = last.indexOf('/');
  const measured = measureCall(
    {
      ...{ path: request.path, asked: request.model, body: request.body, scopes, trace: going.trace },
      ...{ provider: last.slice(0, slash), model: last.slice(slash + 1), route: scopes.route },
      ...{ user: call.user, session: call.session, run: call.run },
      ...{ endpoint: call.endpoint, prompt: call.prompt },
      status: ending.status,
      error: ending.error,
      answer: ending.answer,
      cached: ending.cached ?? false,
      ...tries,
      startedUs: going.startedUs,
      durationUs: microsecondsSince(going.began),
      firstByteUs: ending.firstByteUs,
    },
    price,
  );
  going.held?.settle(takenBy(measured));
  log.add(measured);
  call.measured?.(measured.cost);
}

/** What a call takes from budgets. */
export function takenBy({ cached, inputTokens, outputTokens, cost }: MeasuredCall): Taken {
  return { tokens: cached ? 0 : (inputTokens ?? 0) + (outputTokens ?? 0), cost: cost ?? 0 };
}

export function microsecondsSince(began: number): number {
  return Math.round((performance.now() - began) * 1_000);
}
