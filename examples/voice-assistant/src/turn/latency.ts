import { STAGE_BUDGETS } from './stage-budgets.ts';
import type { StageName, TurnResult } from './turn.ts';

/** Of half of the turns, and of 95 in a hundred, in ms. */
export interface Quantiles {
  p50: number;
  p95: number;
}

export interface StageLatency extends Quantiles {
  budget: Quantiles;
  /** Of all that people waited. */
  share: number;
}

export interface TurnLatency {
  /** Turns whose reply was spoken. */
  turns: number;
  /** Turns without, which are not counted. */
  unspoken: number;
  /** From the end of speech to the first sound of the reply. */
  response: Quantiles;
  /** Silence that was waited for before that. */
  endpoint: Quantiles;
  stages: (StageLatency & { stage: StageName })[];
}

const WAITED: readonly StageName[] = ['stt', 'nlu', 'call.validate', 'skill.execute', 'tts'];

/** How long people waited in these turns, and for what. */
export function latencyOf(all: readonly TurnResult[]): TurnLatency {
  const turns = all.filter(({ spoken }) => spoken !== null);
  const responses = turns.map(({ responseMs }) => responseMs);
  const whole = sum(responses);
  return {
    turns: turns.length,
    unspoken: all.length - turns.length,
    response: quantiles(responses),
    endpoint: quantiles(turns.flatMap(({ endpointMs }) => endpointMs ?? [])),
    stages: WAITED.map((stage) => {
      const waited = turns.flatMap(({ stages }) => stages.filter((each) => each.stage === stage));
      const times = waited.map(({ waitedMs }) => waitedMs);
      const { p50, p95 } = STAGE_BUDGETS[stage];
      return {
        stage,
        ...quantiles(times),
        budget: { p50, p95 },
        share: whole === 0 ? 0 : sum(times) / whole,
      };
    }),
  };
}

/** Nearest rank: a time that was measured, not one between two. */
function quantiles(values: readonly number[]): Quantiles {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
