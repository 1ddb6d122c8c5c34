import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { createPricer, type ModelPrice } from '../../tracking/recording.ts';
import type { ModelCaller, ModelRequest, ModelResponse, Usage } from '../tasks/task.ts';
import { createBudget } from './budget.ts';
import type { PriceCall } from './call-cost.ts';
import { bareAddress, type CallPlace, keyOfCall, partsOfCall } from './call-key.ts';
import type { Deadline } from './deadline.ts';
import { type Asker, createAsker, type EndpointAsker } from './endpoint-asker.ts';
import { isWorthKeeping } from './is-worth-keeping.ts';
import { type KeptCalls, openKeptCalls } from './kept-calls.ts';
import type { Answer, CacheMode, CallBudget, CallLimits, Spent } from './schema.ts';
import { systemTime, type Timekeeping } from './timekeeping.ts';

export interface ModelCallerOptions {
  cache: CacheMode;
  /** Where calls are recorded and replayed from; see `recordingsFileOf`. */
  recordingsFile?: string | undefined;
  seed: number | string;
  limits?: CallLimits;
  budget?: CallBudget;
  /** What an evaluation that goes on had spent. */
  spent?: Partial<Spent>;
  /** Requests to one endpoint at once, at most. */
  concurrency: number;
  /** Where keys are. */
  env: Readonly<Record<string, string | undefined>>;
  /** The project's own prices: `tracking.traces.prices`. */
  prices?: Readonly<Record<string, ModelPrice>>;
  /** `tracking.traces.redact`: what is taken out of recordings. */
  redact?: { enabled: boolean; fieldBytes: number };
  time?: Timekeeping;
}

/** Of one call, for the row of its case. */
export interface CallRecord {
  key: string;
  cached: boolean;
  attempts: number;
  usage: Usage;
}

/** The caller of one case and trial, and what it called. */
export interface BoundCaller extends ModelCaller {
  readonly calls: readonly CallRecord[];
}

export interface CallerPlace extends Pick<CallPlace, 'trial'> {
  signal?: AbortSignal | undefined;
  /** Its clock stands while a call waits for its turn. */
  deadline?: Deadline | undefined;
}

/** Calls of one evaluation. */
export interface SuiteModelCaller extends ModelCaller {
  bind(place: CallerPlace): BoundCaller;
  spent(): Spent;
  /** Keeps what is still to be kept. `whole`: every case was asked, so that recordings of others are dropped. */
  close(options?: { whole?: boolean | undefined }): Promise<void>;
}

const REDACTION = { enabled: true, fieldBytes: 65_536 };

/**
 * Calls to models and endpoints, for a whole evaluation: answered from the cache or recordings where the mode says so, equal
 * calls under way made once, within the endpoint's strength (AIMD), its limits a minute and the evaluation's budget. Only
 * transport errors, 429 and 5xx are tried again, never an answer that is bad.
 *
 * @throws RECORDINGS_INVALID; calls throw MODEL_CALL_FAILED, MODEL_CALL_REFUSED, MODEL_CALL_TIMED_OUT, MODEL_ANSWER_INVALID,
 * MODEL_KEY_MISSING, MODEL_PRICE_UNKNOWN, RECORDING_MISSING, EVALUATION_BUDGET_SPENT
 * @example
 * const models = await createModelCaller(context, { cache: 'auto', seed: 1, concurrency: 16, env: process.env });
 * const { body } = await models.bind({ trial: 0 }).call({ endpoint, path: 'chat/completions', model, body: request });
 */
export async function createModelCaller(
  context: Context,
  options: ModelCallerOptions,
): Promise<SuiteModelCaller> {
  const time = options.time ?? systemTime;
  const budget = createBudget(time, options.budget ?? {}, options.spent);
  const kept = await openKeptCalls(context, {
    cache: options.cache,
    recordingsFile: options.recordingsFile,
    redact: options.redact ?? REDACTION,
  });
  const asker = createAsker({
    time,
    budget,
    price: pricerOf(options),
    limits: options.limits ?? {},
    concurrency: options.concurrency,
    env: options.env,
  });
  const answer = options.cache === 'strict' ? replayOnly(kept) : callOrReuse(kept, asker, options);

  function bind({ trial, signal, deadline }: CallerPlace): BoundCaller {
    const calls: CallRecord[] = [];
    const place = { seed: options.seed, trial };
    return {
      calls,
      async call(request) {
        const response = await answer(request, place, { signal, deadline });
        const { key, cached, attempts, usage } = response;
        calls.push({ key, cached, attempts, usage });
        return response;
      },
    };
  }

  return {
    bind,
    call: (request) => bind({ trial: 0, signal: context.signal }).call(request),
    spent: () => budget.spent(),
    async close(closing) {
      asker.close();
      await kept.close(closing);
    },
  };
}

type AnswerCall = (request: ModelRequest, place: CallPlace, asker: Asker) => Promise<ModelResponse>;

function replayOnly(kept: KeptCalls): AnswerCall {
  return async (request, place) => {
    const key = keyOfCall(request, place);
    const found = await kept.find(key, request);
    if (found) return { ...found, cached: true, key };
    throw new AirworthyError('RECORDING_MISSING', {
      message: `no recording answers this call to ${request.model || bareAddress(request.endpoint)}`,
      facts: {
        key,
        model: request.model,
        endpoint: bareAddress(request.endpoint),
        parts: partsOfCall(request, place),
      },
    });
  };
}

function callOrReuse(kept: KeptCalls, asker: EndpointAsker, { cache }: ModelCallerOptions): AnswerCall {
  const flights = new Map<string, Promise<Answer>>();

  async function make(key: string, request: ModelRequest, place: CallPlace, who: Asker): Promise<Answer> {
    const answer = await asker.ask(request, who);
    if (!isWorthKeeping(request.path, answer.body)) return answer;
    return kept.keep(
      () => ({
        key,
        endpoint: bareAddress(request.endpoint),
        model: request.model,
        parts: partsOfCall(request, place),
        answer,
      }),
      request,
    );
  }

  /** Whoever asks first makes the call; a call that failed for its own case only is made again for the next. */
  async function share(
    key: string,
    request: ModelRequest,
    place: CallPlace,
    who: Asker,
  ): Promise<ModelResponse> {
    for (;;) {
      const flight = flights.get(key);
      if (flight === undefined) break;
      const answer = await follow(flight, who);
      if (answer) return { ...answer, cached: true, key };
    }
    const found = kept.find(key, request);
    let made = false;
    const flight = found.then((known) => {
      if (known) return known;
      made = true;
      return make(key, request, place, who);
    });
    flights.set(key, flight);
    try {
      return { ...(await flight), cached: !made, key };
    } finally {
      flights.delete(key);
    }
  }

  return async (request, place, who) => {
    const key = keyOfCall(request, place);
    if (cache !== 'off') return share(key, request, place, who);
    return { ...(await make(key, request, place, who)), cached: false, key };
  };
}

/** The answer of a call that another made; undefined where that one's time was over, so that one's own may be made. */
async function follow(flight: Promise<Answer>, { signal, deadline }: Asker): Promise<Answer | undefined> {
  signal?.throwIfAborted();
  deadline?.pause();
  const stop = Promise.withResolvers<never>();
  const abort = () => stop.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([flight.catch(unlessOfTheModel), stop.promise]);
  } finally {
    signal?.removeEventListener('abort', abort);
    deadline?.resume();
  }
}

function unlessOfTheModel(error: unknown): undefined {
  if (AirworthyError.is(error) && error.code !== 'TASK_TIMED_OUT') throw error;
}

/** Prices by model. Where a budget counts costs, a model without a price would spend unseen: MODEL_PRICE_UNKNOWN. */
function pricerOf({ prices, budget }: ModelCallerOptions): PriceCall {
  const price = createPricer(prices ?? {});
  return (model, { input, output, cached }) => {
    if (model === '') return undefined;
    const priced = price({ model, inputTokens: input, outputTokens: output, cachedTokens: cached });
    if (priced !== null) return priced.cost;
    if (budget?.cost === undefined) return undefined;
    throw new AirworthyError('MODEL_PRICE_UNKNOWN', {
      message: `the budget counts costs, and "${model}" has no price`,
      facts: { model },
    });
  };
}
