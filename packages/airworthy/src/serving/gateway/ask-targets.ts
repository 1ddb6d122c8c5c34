import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { type Upstream, UpstreamFailure } from '../../kernel/outbound/upstream.ts';
import { createRandom } from '../../stats/random.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Plan, PlannedTarget } from './resolve-model.ts';

/** Another try of the same target may help: it is overloaded, or failed by itself. */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 529]);
/** Another target may: this one does not know us, or not the model. */
const ASK_ANOTHER: ReadonlySet<number> = new Set([401, 403, 404, ...TRY_AGAIN]);
const FIRST_WAIT_MS = 200;
/** Who is told to come back later than this is not waited for. */
const LONGEST_WAIT_MS = 5_000;
/** Of a refusal that is not the last word. */
const MOST_REFUSAL_BYTES = 1 << 20;
/** Retries a call may cause on average, and how many are in stock at the most. */
const RETRIES_PER_CALL = 0.1;
const MOST_RETRIES = 50;

/** What a target said: its headers are there, the body may still be coming. */
export interface Asked {
  target: PlannedTarget;
  status: number;
  headers: IncomingMessage['headers'];
  body: IncomingMessage | Buffer;
  /** Were the counts of a stream asked for that the client did not ask for? */
  counting: boolean;
}

/** What was tried so far, for the record. */
export interface Tries {
  servedBy: string[];
  attempts: number;
}

export interface AskOptions {
  address(target: PlannedTarget): URL;
  headers(target: PlannedTarget): Record<string, string>;
  /** `counting`: with the counts of a stream asked for. */
  body(target: PlannedTarget, counting: boolean): Buffer | undefined;
  countsStream: boolean;
  signal: AbortSignal | undefined;
}

/** Asks targets until one answers, each as often as its route says. */
export interface TargetAsker {
  /** @throws GATEWAY_UNAVAILABLE, GATEWAY_TIMED_OUT, MODEL_KEY_MISSING, the signal's reason */
  ask(plan: Plan, options: AskOptions, tries: Tries): Promise<Asked>;
}

export function createTargetAsker(upstream: Upstream): TargetAsker {
  const breakers = new Map<string, Breaker>();
  /** Providers that know no `stream_options`. */
  const uncounted = new Set<string>();
  const chance = createRandom('gateway');
  let retriesLeft = MOST_RETRIES;

  async function askOnce(target: PlannedTarget, options: AskOptions): Promise<Asked> {
    const counting = options.countsStream && target.countStreams && !uncounted.has(target.url);
    const asked = await askWith(target, options, counting);
    if (!counting || (asked.status !== 400 && asked.status !== 422)) return asked;
    const whole = await readWhole(asked);
    if (!/stream_options|include_usage/.test(whole.body.toString('utf8'))) return whole;
    uncounted.add(target.url);
    return askWith(target, options, false);
  }

  async function askWith(target: PlannedTarget, options: AskOptions, counting: boolean): Promise<Asked> {
    const body = options.body(target, counting);
    const response = await upstream.request(options.address(target), {
      ...{ method: 'POST', headers: options.headers(target), body, timeoutMs: target.timeoutMs },
      signal: options.signal,
    });
    return {
      target,
      status: response.statusCode ?? 502,
      headers: response.headers,
      body: response,
      counting,
    };
  }

  function breakerOf({ provider, url }: PlannedTarget): Breaker {
    const key = `${provider} ${url}`;
    const known = breakers.get(key) ?? createBreaker();
    breakers.set(key, known);
    return known;
  }

  /** Undefined where another try of the same target is of no use, or not ours to make. */
  function waitBefore(attempt: number, retryAfterMs: number | undefined): number | undefined {
    if (retriesLeft < 1 || (retryAfterMs ?? 0) > LONGEST_WAIT_MS) return undefined;
    retriesLeft--;
    return retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt * (0.5 + chance.next());
  }

  /** One target with its retries: its answer, or why there is none. */
  async function askTarget(
    target: PlannedTarget,
    { plan, options, tries, isLast }: { plan: Plan; options: AskOptions; tries: Tries; isLast: boolean },
  ): Promise<Asked | UpstreamFailure> {
    const breaker = plan.direct ? undefined : breakerOf(target);
    for (let attempt = 0; ; attempt++) {
      if (breaker?.admits(performance.now()) === false)
        return new UpstreamFailure(
          `${target.provider} failed most of its calls and is not asked for a few seconds`,
        );
      tries.attempts++;
      tries.servedBy.push(`${target.provider}/${target.model}`);
      const said = await settle(askOnce(target, options));
      const failed = said instanceof UpstreamFailure || TRY_AGAIN.has(said.status);
      breaker?.end(performance.now(), failed);
      if (!failed || attempt >= plan.retries) return said;
      const waitMs = waitBefore(
        attempt,
        said instanceof UpstreamFailure ? undefined : retryAfter(said.headers),
      );
      if (waitMs === undefined) return said;
      // What is not the last word is read, so that its connection can be used again.
      const kept = said instanceof UpstreamFailure ? said : await readWhole(said).catch(() => said);
      if (!isLast && waitMs > FIRST_WAIT_MS * 4) return kept;
      await delay(waitMs, undefined, options.signal ? { signal: options.signal } : {});
    }
  }

  return {
    async ask(plan, options, tries) {
      retriesLeft = Math.min(MOST_RETRIES, retriesLeft + RETRIES_PER_CALL);
      let outcome: Asked | UpstreamFailure | undefined;
      for (const [index, target] of plan.targets.entries()) {
        const isLast = index === plan.targets.length - 1;
        const said = await askTarget(target, { plan, options, tries, isLast });
        if (!(said instanceof UpstreamFailure) && (isLast || !ASK_ANOTHER.has(said.status))) return said;
        // A refusal says more than a target that is not asked at all.
        if (!(said instanceof UpstreamFailure)) outcome = await readWhole(said).catch(() => said);
        else if (outcome === undefined || outcome instanceof UpstreamFailure) outcome = said;
      }
      if (outcome instanceof UpstreamFailure) throw unavailable(outcome, plan, tries);
      return outcome as Asked;
    },
  };
}

async function settle(asking: Promise<Asked>): Promise<Asked | UpstreamFailure> {
  return asking.catch((error: unknown) => {
    if (error instanceof UpstreamFailure) return error;
    throw error;
  });
}

async function readWhole(asked: Asked): Promise<Asked & { body: Buffer }> {
  if (Buffer.isBuffer(asked.body)) return { ...asked, body: asked.body };
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of asked.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_REFUSAL_BYTES) break;
    chunks.push(chunk);
  }
  return { ...asked, body: Buffer.concat(chunks) };
}

/** Milliseconds a provider asks to be left alone. */
export function retryAfter(headers: IncomingMessage['headers']): number | undefined {
  const exact = Number(headers['retry-after-ms']);
  if (headers['retry-after-ms'] !== undefined && exact >= 0) return exact;
  const seconds = Number(headers['retry-after']);
  return headers['retry-after'] !== undefined && seconds >= 0 ? seconds * 1_000 : undefined;
}

function unavailable(
  { message, timedOut }: UpstreamFailure,
  { targets }: Plan,
  tries: Tries,
): AirworthyError {
  const asked = tries.attempts > 1 ? ` (${tries.attempts} tries)` : '';
  return new AirworthyError(timedOut ? 'GATEWAY_TIMED_OUT' : 'GATEWAY_UNAVAILABLE', {
    message: `${targets[0].model}: ${message}${asked}`,
    facts: { servedBy: tries.servedBy },
  });
}
