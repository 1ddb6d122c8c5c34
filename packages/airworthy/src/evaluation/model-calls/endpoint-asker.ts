import { createRandom } from '../../stats/random.ts';
import type { ModelRequest } from '../tasks/task.ts';
import type { Budget, CallCost } from './budget.ts';
import type { PriceCall } from './call-cost.ts';
import { callFailed } from './call-errors.ts';
import type { Deadline } from './deadline.ts';
import { type CallEnd, createLimiter, type Limiter, type Permit } from './limiter.ts';
import { guessTokens } from './read-usage.ts';
import { addressOf, headersOf } from './request-target.ts';
import type { Answer, CallLimits } from './schema.ts';
import { type SentRequest, sendOnce, type Try } from './send-once.ts';
import { type Connections, openConnections } from './send-request.ts';
import { sleep, type Timekeeping } from './timekeeping.ts';

/** Tries of one call where the endpoint says that it is overloaded, and where no answer comes at all. */
const MOST_TRIES = { overloaded: 10, unreachable: 4 } as const;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 20_000;
/** Who is told to come back later than this is told so, instead of waiting in silence. */
const LONGEST_RETRY_AFTER_MS = 300_000;

export interface AskerOptions {
  time: Timekeeping;
  budget: Budget;
  price: PriceCall;
  limits: CallLimits;
  /** Requests to one endpoint at once, at most. */
  concurrency: number;
  env: Readonly<Record<string, string | undefined>>;
}

/** Who waits for an answer. */
export interface Asker {
  signal?: AbortSignal | undefined;
  deadline?: Deadline | undefined;
}

/** Asks endpoints over the network: within limits and budget, and again where another try may help. */
export interface EndpointAsker {
  ask(request: ModelRequest, asker: Asker): Promise<Answer>;
  close(): void;
}

interface Endpoint {
  address: URL;
  limiter: Limiter;
}

/** One call on its way through its tries. */
interface Going extends SentRequest {
  deadline: Deadline | undefined;
  limiter: Limiter;
  /** What it is expected to take, before anything is known. */
  expected: CallCost;
}

export function createAsker(options: AskerOptions): EndpointAsker {
  const { time, budget, price } = options;
  const endpointOf = endpointsWithin(options);
  const chance = createRandom('retry');
  let connections: Connections | undefined;

  function start(request: ModelRequest, { signal, deadline }: Asker): Going {
    const text = JSON.stringify(request.body ?? null);
    const { input, output } = guessTokens(request.body, text);
    const cost = price(request.model, { input, output, cached: null }) ?? 0;
    const headers = headersOf(request, options.env);
    const expected = { tokens: input + output, cost };
    return { request, ...endpointOf(request), text, headers, signal, deadline, expected };
  }

  async function tryOnce(going: Going): Promise<Try> {
    const reserved = budget.reserve(going.expected);
    let permit: Permit | undefined;
    let end: CallEnd = { kind: 'refused', tokens: 0 };
    let taken: CallCost = { tokens: 0, cost: 0 };
    try {
      permit = await takeTurn(going);
      connections ??= openConnections();
      const sent = await sendOnce(connections, going, { time, price });
      ({ end, taken } = sent);
      return sent.tried;
    } catch (error) {
      // A case that ran out of time while it was asked tells of the endpoint, one that was stopped does not.
      if (going.deadline?.expired) end = { kind: 'overloaded' };
      throw error;
    } finally {
      permit?.end(end);
      reserved.settle(taken);
    }
  }

  return {
    async ask(request, asker) {
      const going = start(request, asker);
      const failures = { overloaded: 0, unreachable: 0 };
      for (let attempts = 1; ; attempts++) {
        const tried = await tryOnce(going);
        if (tried.kind === 'answered') {
          const { body, durationMs, usage } = tried;
          return { body, durationMs, attempts, usage };
        }
        const wait = tried.retryAfterMs;
        if (++failures[tried.kind] >= MOST_TRIES[tried.kind] || (wait ?? 0) > LONGEST_RETRY_AFTER_MS) {
          throw callFailed(request, tried, attempts);
        }
        // Retry-After holds for every call to the endpoint: the limiter keeps it.
        if (wait === undefined) await pause(time, asker, backoff(attempts, chance.next()));
      }
    },
    close: () => connections?.close(),
  };
}

/** Addresses with their limiters: paths of one server share its limits. */
function endpointsWithin({ time, concurrency, limits }: AskerOptions): (request: ModelRequest) => Endpoint {
  const endpoints = new Map<string, Endpoint>();
  const limiters = new Map<string, Limiter>();
  return ({ endpoint, path }) => {
    const name = `${endpoint} ${path}`;
    const known = endpoints.get(name);
    if (known) return known;
    const address = addressOf(endpoint, path);
    const limiter = limiters.get(address.origin) ?? createLimiter(time, concurrency, limits);
    limiters.set(address.origin, limiter);
    const made = { address, limiter };
    endpoints.set(name, made);
    return made;
  };
}

/** Leave to send, when it is this call's turn; the case's clock stands until then. */
async function takeTurn({ limiter, expected, signal, deadline }: Going): Promise<Permit> {
  const permit = limiter.tryTake(expected.tokens);
  if (permit) return permit;
  deadline?.pause();
  try {
    return await limiter.wait(expected.tokens, signal);
  } finally {
    deadline?.resume();
  }
}

async function pause(time: Timekeeping, { signal, deadline }: Asker, ms: number): Promise<void> {
  deadline?.pause();
  try {
    await sleep(time, ms, signal);
  } finally {
    deadline?.resume();
  }
}

/** Doubles from try to try, up to half longer or shorter, so that calls that failed together do not come back together. */
function backoff(attempts: number, chance: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (0.5 + chance);
}
