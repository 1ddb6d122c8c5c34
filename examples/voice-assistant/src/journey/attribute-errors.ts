import { estimateSample, meanMetric, sampleOfValues } from 'airworthy/evaluation';

/** What became of one spoken sentence, and what the planner would have made of it had every word been heard. */
export interface SpokenTurn {
  /** Which sentence it is; spoken by several voices it is one cluster. */
  sentence: string;
  voice: string;
  /** Code of what is wrong with the plan for the true text; null where it is right. */
  planOfText: string | null;
  /** The same for what was heard. */
  planOfHeard: string | null;
  wakeFailed: boolean;
  skillFailed: boolean;
  replyFailed: boolean;
  tooLate: boolean;
}

/** Where a turn was lost. `lucky`: wrong for the true text, right for what was misheard. */
export type ErrorClass = 'right' | 'lucky' | Stage;
export type Stage = 'plan' | 'speech' | 'wake' | 'skill' | 'reply' | 'latency';

export interface Share {
  value: number;
  low: number | null;
  high: number | null;
}

/** A step of the waterfall; what luck gives back has the opposite sign of a loss. */
export interface WaterfallStep {
  stage: Stage | 'luck';
  /** Turns: below zero where they are lost. */
  turns: number;
  share: Share;
}

export interface Waterfall {
  turns: number;
  sentences: number;
  /** How often the call is right for the true text: what perfect hearing would give. */
  oracleText: Share;
  /** How often it is right for what was heard. */
  heard: Share;
  /** Turns in which everything went right, and in time. */
  endToEnd: Share;
  /** From all turns down to those that `endToEnd` counts: their turns add up to it exactly. */
  steps: WaterfallStep[];
  classes: Record<ErrorClass, number>;
  /** What the planner got wrong on the true text, by the scorer's code; the commonest first. */
  planCodes: { code: string; turns: number }[];
}

/** After the plan, in the order in which they could still spoil a turn whose call is right. */
const LATER: readonly (readonly [stage: Stage, failed: (turn: SpokenTurn) => boolean])[] = [
  ['wake', (turn) => turn.wakeFailed],
  ['skill', (turn) => turn.skillFailed],
  ['reply', (turn) => turn.replyFailed],
  ['latency', (turn) => turn.tooLate],
];

/** The one stage that a turn was lost at: the first that spoiled it, given what a perfect ear would have led to. */
export function classOf(turn: SpokenTurn): ErrorClass {
  if (turn.planOfHeard !== null) return turn.planOfText === null ? 'speech' : 'plan';
  const later = LATER.find(([, failed]) => failed(turn));
  if (later !== undefined) return later[0];
  return turn.planOfText === null ? 'right' : 'lucky';
}

/**
 * Splits what is lost between "said" and "done" by stage, by counterfactual replay: the plan for the true text against that for
 * what was heard. Intervals take the sentence as the unit, as several voices speak each.
 */
export function attributeErrors(turns: readonly SpokenTurn[]): Waterfall {
  const shareOf = shareOver(turns);
  return {
    turns: turns.length,
    sentences: new Set(turns.map(({ sentence }) => sentence)).size,
    oracleText: shareOf((turn) => turn.planOfText === null),
    heard: shareOf((turn) => turn.planOfHeard === null),
    endToEnd: shareOf((turn) => DONE.includes(classOf(turn))),
    steps: STEPS.map(({ stage, sign, happened }) => ({
      stage,
      turns: withSign(sign, turns.filter(happened).length),
      share: signedShare(sign, shareOf(happened)),
    })),
    classes: countClasses(turns),
    planCodes: countCodes(turns),
  };
}

type Test = (turn: SpokenTurn) => boolean;

const DONE: readonly ErrorClass[] = ['right', 'lucky'];

const STEPS: readonly { stage: WaterfallStep['stage']; sign: 1 | -1; happened: Test }[] = [
  { stage: 'plan', sign: -1, happened: (turn) => turn.planOfText !== null },
  { stage: 'speech', sign: -1, happened: (turn) => turn.planOfText === null && turn.planOfHeard !== null },
  { stage: 'luck', sign: 1, happened: (turn) => turn.planOfText !== null && turn.planOfHeard === null },
  ...LATER.map(([stage]) => ({
    stage,
    sign: -1 as const,
    happened: (turn: SpokenTurn) => classOf(turn) === stage,
  })),
];

function shareOver(turns: readonly SpokenTurn[]): (test: Test) => Share {
  const sentences = turns.map(({ sentence }) => sentence);
  const metric = meanMetric('share', { binary: true });
  return (test) => {
    const values = turns.map((turn) => (test(turn) ? 1 : 0));
    const { value, low, high } = estimateSample(sampleOfValues(metric, values, sentences));
    return { value: value ?? 0, low, high };
  };
}

function signedShare(sign: 1 | -1, { value, low, high }: Share): Share {
  const end = (bound: number | null) => (bound === null ? null : withSign(sign, bound));
  const [first, second] = [end(low), end(high)];
  return {
    value: withSign(sign, value),
    ...(sign === 1 ? { low: first, high: second } : { low: second, high: first }),
  };
}

/** Without a zero below zero, which reports would show. */
function withSign(sign: 1 | -1, value: number): number {
  return sign === 1 ? value : 0 - value;
}

function countClasses(turns: readonly SpokenTurn[]): Record<ErrorClass, number> {
  const counts = { right: 0, lucky: 0, plan: 0, speech: 0, wake: 0, skill: 0, reply: 0, latency: 0 };
  for (const turn of turns) counts[classOf(turn)]++;
  return counts;
}

function countCodes(turns: readonly SpokenTurn[]): { code: string; turns: number }[] {
  const wrong = turns.flatMap(({ planOfText }) => (planOfText === null ? [] : [planOfText]));
  const counts = Map.groupBy(wrong, (code) => code);
  return [...counts]
    .map(([code, found]) => ({ code, turns: found.length }))
    .sort((one, other) => other.turns - one.turns || one.code.localeCompare(other.code));
}
