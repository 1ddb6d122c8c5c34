import { AirworthyError } from '../../kernel/errors.ts';
import { figure } from '../../kernel/figures.ts';
import type { CallBudget, Spent } from './schema.ts';
import type { Timekeeping } from './timekeeping.ts';

/** Calls after which their mean says better what one costs than a guess from its length. */
const ENOUGH_CALLS = 10;

/** What one call takes from the budget. */
export interface CallCost {
  tokens: number;
  cost: number;
}

export interface Budget {
  /**
   * Sets aside what a request is expected to take, so that requests under way do not overspend together. Throws
   * EVALUATION_BUDGET_SPENT where that is no longer there.
   */
  reserve(expected: CallCost): Reservation;
  spent(): Spent;
}

export interface Reservation {
  /** What it did take; nothing where it failed. */
  settle(actual: CallCost): void;
}

/** @param before what an evaluation that goes on had spent */
export function createBudget(time: Timekeeping, limits: CallBudget, before: Partial<Spent> = {}): Budget {
  const began = time.now() - (before.seconds ?? 0) * 1_000;
  const spent = { cost: before.cost ?? 0, tokens: before.tokens ?? 0, requests: before.requests ?? 0 };
  const held = { cost: 0, tokens: 0 };
  const seen = { cost: 0, tokens: 0, calls: 0 };
  const seconds = () => (time.now() - began) / 1_000;

  function expect(guess: CallCost): CallCost {
    if (seen.calls < ENOUGH_CALLS) return guess;
    return { cost: seen.cost / seen.calls, tokens: seen.tokens / seen.calls };
  }

  return {
    reserve(guess) {
      requireTime(limits.seconds, seconds());
      const { cost, tokens } = expect(guess);
      requireLeft('requests', limits.requests, spent.requests, spent.requests + 1);
      requireLeft('tokens', limits.tokens, spent.tokens, spent.tokens + held.tokens + tokens);
      requireLeft('cost', limits.cost, spent.cost, spent.cost + held.cost + cost);
      spent.requests++;
      held.cost += cost;
      held.tokens += tokens;
      return {
        settle(actual) {
          held.cost -= cost;
          held.tokens -= tokens;
          spent.cost += actual.cost;
          spent.tokens += actual.tokens;
          seen.cost += actual.cost;
          seen.tokens += actual.tokens;
          seen.calls++;
        },
      };
    },
    spent: () => ({ ...spent, seconds: seconds() }),
  };
}

function requireTime(limit: number | undefined, seconds: number): void {
  if (limit !== undefined && seconds >= limit) throw spentAll('seconds', limit, seconds);
}

function requireLeft(
  kind: 'cost' | 'tokens' | 'requests',
  limit: number | undefined,
  spent: number,
  then: number,
): void {
  if (limit !== undefined && then > limit) throw spentAll(kind, limit, spent);
}

function spentAll(kind: keyof Spent, budget: number, spent: number): AirworthyError {
  const left = kind === 'seconds' ? '' : ', and the next call is expected to take more than is left';
  return new AirworthyError('EVALUATION_BUDGET_SPENT', {
    message: `the budget of ${figure(budget)} ${kind} is spent: ${figure(spent)} so far${left}`,
    facts: { kind, budget, spent },
  });
}
