import { AirworthyError } from '../../kernel/errors.ts';
import { figure } from '../../kernel/figures.ts';
import type { Budget } from './config.ts';
import type { CallScopes } from './rate-limits.ts';
import type { BudgetState } from './schema.ts';

/** What a call takes. */
export interface Taken {
  tokens: number;
  /** US dollars. */
  cost: number;
}

/** What is set aside for a call under way. */
export interface Held {
  /** What it did take; nothing where it was not answered. */
  settle(taken: Taken): void;
}

/** A call that has ended and is on no record yet. */
export interface Unwritten {
  scopes: CallScopes;
  taken: Taken;
}

/** What was spent since a moment, by the keys of a scope, as the records have it. */
export type ReadSpent = (scope: Budget['scope'], since: number) => Promise<Map<string, Taken>>;

export interface Budgets {
  /**
   * Sets aside what a call is expected to take, so that calls under way do not overspend together.
   * @throws GATEWAY_BUDGET_SPENT where a hard budget has not that much left
   */
  reserve(scopes: CallScopes, expected: Taken): Held;
  /** Takes over what the records say, of this process and others, and what they do not have yet. */
  reload(read: ReadSpent, unwritten: () => Iterable<Unwritten>): Promise<void>;
  states(): BudgetState[];
}

interface Ledger {
  budget: Budget;
  unit: 'cost' | 'tokens';
  limit: number;
  since: number;
  /** By the scope's key: on record, and not yet. */
  known: Map<string, number>;
  fresh: Map<string, number>;
  held: Map<string, number>;
}

const NEAR = 0.8;
/** Keys of one budget that are listed. */
const MOST_LISTED = 100;

/** Budgets by day and month in UTC. */
export function createBudgets(budgets: readonly Budget[], now: () => number): Budgets {
  const ledgers = budgets.map((budget): Ledger => {
    const unit = budget.cost === undefined ? 'tokens' : 'cost';
    const limit = budget.cost ?? budget.tokens ?? 0;
    const since = periodOf(budget.period, now()).start;
    return { budget, unit, limit, since, known: new Map(), fresh: new Map(), held: new Map() };
  });

  function turnPeriods(): void {
    for (const ledger of ledgers) {
      const { start } = periodOf(ledger.budget.period, now());
      if (start === ledger.since) continue;
      ledger.since = start;
      ledger.known.clear();
      ledger.fresh.clear();
    }
  }

  const concerned = (scopes: CallScopes) =>
    ledgers.filter(({ budget: { scope, of } }) => of === undefined || of === scopes[scope]);

  return {
    reserve(scopes, expected) {
      turnPeriods();
      const own = concerned(scopes);
      for (const ledger of own) {
        const key = scopes[ledger.budget.scope];
        const spent = spentOf(ledger, key);
        const then = spent + (ledger.held.get(key) ?? 0) + expected[ledger.unit];
        if (ledger.budget.hard && (then > ledger.limit || spent >= ledger.limit))
          throw spentAll(ledger, key, spent);
      }
      for (const { held, unit, budget } of own) add(held, scopes[budget.scope], expected[unit]);
      return {
        settle(taken) {
          for (const { held, fresh, unit, budget } of own) {
            add(held, scopes[budget.scope], -expected[unit]);
            add(fresh, scopes[budget.scope], taken[unit]);
          }
        },
      };
    },
    async reload(read, unwritten) {
      turnPeriods();
      for (const ledger of ledgers) {
        const found = await read(ledger.budget.scope, ledger.since);
        ledger.known = new Map([...found].map(([key, taken]) => [key, taken[ledger.unit]]));
        ledger.fresh.clear();
        for (const { scopes, taken } of unwritten())
          add(ledger.fresh, scopes[ledger.budget.scope], taken[ledger.unit]);
      }
    },
    states() {
      turnPeriods();
      return ledgers.flatMap(statesOf(now()));
    },
  };
}

const spentOf = ({ known, fresh }: Ledger, key: string) => (known.get(key) ?? 0) + (fresh.get(key) ?? 0);

function add(amounts: Map<string, number>, key: string, amount: number): void {
  const sum = (amounts.get(key) ?? 0) + amount;
  if (Math.abs(sum) < 1e-12) amounts.delete(key);
  else amounts.set(key, sum);
}

function statesOf(now: number): (ledger: Ledger) => BudgetState[] {
  return (ledger) => {
    const { budget, unit, limit } = ledger;
    const { name, scope, of, period, hard } = budget;
    const { end } = periodOf(period, now);
    const all = [...new Set([...ledger.known.keys(), ...ledger.fresh.keys()])].map((key) => ({
      key: scope === 'project' ? null : key,
      spent: spentOf(ledger, key),
    }));
    const shown = all.filter(({ key }) => of === undefined || key === of).sort((a, b) => b.spent - a.spent);
    if (shown.length === 0) shown.push({ key: of ?? null, spent: 0 });
    return shown.slice(0, MOST_LISTED).map(({ key, spent }) => {
      const state = spent >= limit ? 'spent' : spent >= limit * NEAR ? 'near' : 'ok';
      return { name, scope, of: key, period, unit, limit, spent, resetsAt: end, hard, state };
    });
  };
}

/** The day or month in UTC that a moment is in. */
export function periodOf(period: Budget['period'], now: number): { start: number; end: number } {
  const date = new Date(now);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === 'day'
    ? { start: Date.UTC(year, month, day), end: Date.UTC(year, month, day + 1) }
    : { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) };
}

function spentAll({ budget, unit, limit }: Ledger, key: string, spent: number): AirworthyError {
  const { name, scope, period } = budget;
  const whose = scope === 'project' ? '' : ` of ${scope} "${key}"`;
  const amount = (value: number) => (unit === 'cost' ? `$${figure(value)}` : `${figure(value)} tokens`);
  return new AirworthyError('GATEWAY_BUDGET_SPENT', {
    message: `the budget "${name}"${whose} of ${amount(limit)} a ${period} has not enough left for this call: ${amount(spent)} are spent`,
    facts: { budget: name, limit, spent, unit },
  });
}
