import { type CallProblem, checkCall } from './check-call.ts';
import type { TextRule } from './check-value.ts';
import type { ExpectedCall } from './expected-calls.ts';
import type { ReadCall } from './read-calls.ts';
import type { ToolSchema } from './tool-schema.ts';

/** Which calls have to be there: the same in this order, the same in any order, or at least these. */
export type CallOrder = 'exact-order' | 'multiset' | 'subset';

export interface MatchRules {
  order: CallOrder;
  texts: TextRule;
  tools: readonly ToolSchema[];
}

export interface CallsMatch {
  /** Expected calls that were made. */
  hits: number;
  /** Of the wrong answer as a whole; undefined for a right one. */
  code?: string;
  problems: CallProblem[];
}

/** Holds calls against those that are expected. */
export function matchCalls(
  calls: readonly ReadCall[],
  expected: readonly ExpectedCall[],
  rules: MatchRules,
): CallsMatch {
  const problemOf = memoised(calls, expected, rules);
  const partners =
    rules.order === 'exact-order'
      ? inOrder(Math.min(calls.length, expected.length), expected.length, problemOf)
      : anyOrder(calls, expected, problemOf);
  const hits = partners.filter((partner) => partner !== undefined).length;
  const complete = hits === expected.length && (rules.order === 'subset' || calls.length === expected.length);
  if (complete) return { hits, problems: [] };
  return { hits, ...diagnosis(calls, expected, partners, problemOf, rules.order) };
}

type ProblemOf = (expectedAt: number, callAt: number) => CallProblem | undefined;

function memoised(
  calls: readonly ReadCall[],
  expected: readonly ExpectedCall[],
  { tools, texts }: MatchRules,
): ProblemOf {
  const known = new Map<number, CallProblem | undefined>();
  return (expectedAt, callAt) => {
    const key = expectedAt * calls.length + callAt;
    if (!known.has(key)) {
      const wanted = expected[expectedAt];
      const schema = tools.find(({ name }) => name === wanted.name);
      known.set(key, checkCall(calls[callAt], wanted, schema, texts));
    }
    return known.get(key);
  };
}

/** Of each expected call the call that stands for it. */
type Partners = (number | undefined)[];

function inOrder(both: number, length: number, problemOf: ProblemOf): Partners {
  return Array.from({ length }, (_, at) => (at < both && problemOf(at, at) === undefined ? at : undefined));
}

/** As many pairs as there can be (augmenting paths, Kuhn 1955): taking the first that fits could leave a later one without. */
function anyOrder(
  calls: readonly ReadCall[],
  expected: readonly ExpectedCall[],
  problemOf: ProblemOf,
): Partners {
  const takenBy = new Map<number, number>();
  const place = (expectedAt: number, seen: Set<number>): boolean => {
    for (let callAt = 0; callAt < calls.length; callAt++) {
      if (seen.has(callAt) || problemOf(expectedAt, callAt) !== undefined) continue;
      seen.add(callAt);
      const holder = takenBy.get(callAt);
      if (holder === undefined || place(holder, seen)) {
        takenBy.set(callAt, expectedAt);
        return true;
      }
    }
    return false;
  };
  for (let expectedAt = 0; expectedAt < expected.length; expectedAt++) place(expectedAt, new Set());
  const partners: Partners = new Array(expected.length).fill(undefined);
  for (const [callAt, expectedAt] of takenBy) partners[expectedAt] = callAt;
  return partners;
}

/** One call for one expected call: what is wrong with it. Else whether the number is wrong, or which have no partner. */
function diagnosis(
  calls: readonly ReadCall[],
  expected: readonly ExpectedCall[],
  partners: Partners,
  problemOf: ProblemOf,
  order: CallOrder,
): { code: string; problems: CallProblem[] } {
  if (calls.length === 0) return { code: 'no-call', problems: [] };
  const wrongCount = order === 'subset' ? calls.length < expected.length : calls.length !== expected.length;
  if (wrongCount) return { code: 'wrong-count', problems: [] };
  const problems = expected.flatMap((_, at) => {
    if (partners[at] !== undefined) return [];
    if (order === 'exact-order') return problemOf(at, at) ?? [];
    const free = calls.map((__, callAt) => callAt).filter((callAt) => !partners.includes(callAt));
    return free.map((callAt) => problemOf(at, callAt)).filter((each) => each !== undefined);
  });
  const single = expected.length === 1 && calls.length === 1;
  return { code: single || order === 'exact-order' ? problems[0].code : 'no-match', problems };
}
