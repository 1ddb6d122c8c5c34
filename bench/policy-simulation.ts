import { normalCdf, normalQuantile } from '../packages/airworthy/src/stats/distributions/normal.ts';
import { multinomialDraw } from '../packages/airworthy/src/stats/draws.ts';
import { type DriftResult, decideDrift } from '../packages/airworthy/src/stats/drift/decide-drift.ts';
import {
  type BudgetColumn,
  type FalseAlarmBudget,
  falseAlarmBudget,
} from '../packages/airworthy/src/stats/drift/false-alarms.ts';
import { type Overdispersion, overdispersion } from '../packages/airworthy/src/stats/drift/overdispersion.ts';
import { createRandom, type Random } from '../packages/airworthy/src/stats/random.ts';
import { type Drawn, RULES } from './peer-rules.ts';

/** The default drift policy. */
export const RULE = { q: 0.001, effect: 0.1 };
export const WINDOWS_IN_A_ROW = 2;

/** Share of columns without drift that each rule flags, windows being independent rows of one distribution. */
export function shareFlagged(
  referenceRows: number,
  windowRows: number,
  rounds: number,
): Record<string, number> {
  const random = createRandom(`flagged ${referenceRows}/${windowRows}`);
  const flagged = Object.fromEntries(Object.keys(RULES).map((rule) => [rule, 0]));
  for (let round = 0; round < rounds; round++) {
    const drawn = drawAlike(random, referenceRows, windowRows);
    for (const [rule, flags] of Object.entries(RULES)) if (flags(drawn)) flagged[rule] += 1 / rounds;
  }
  return flagged;
}

function drawAlike(random: Random, referenceRows: number, windowRows: number): Drawn {
  const normals = (rows: number) => Float64Array.from({ length: rows }, () => random.normal());
  const words = (kinds: number) => {
    const shares = new Float64Array(kinds).fill(1);
    return { reference: draw(random, shares, referenceRows), current: draw(random, shares, windowRows) };
  };
  return {
    reference: normals(referenceRows),
    current: normals(windowRows),
    words: { 5: words(5), 20: words(20) },
  };
}

/** Traffic of many columns of normal values; each day moves each column by its own, harmless amount. */
export interface Traffic {
  columns: number;
  rowsPerDay: number;
  /** Standard deviation of a day's mean, in those of the values. */
  wobble: number;
}

const REFERENCE_DAYS = 30;
const DECILES = 10;

/** A reference of thirty such days, and days like them for as long as one asks. */
export function createTraffic({ columns, rowsPerDay, wobble }: Traffic, random: Random) {
  const spread = Math.sqrt(1 + wobble * wobble);
  const edges = Array.from(
    { length: DECILES - 1 },
    (_, edge) => spread * normalQuantile((edge + 1) / DECILES),
  );
  /** The counts of one column on one day, its mean moved by `shift` besides. */
  const countDay = (shift = 0, rows = rowsPerDay): number[] => {
    const mean = shift + wobble * random.normal();
    const below = [0, ...edges.map((edge) => normalCdf(edge - mean)), 1];
    const shares = Float64Array.from({ length: DECILES }, (_, bin) => below[bin + 1] - below[bin]);
    return draw(random, shares, rows);
  };
  const reference = Array.from({ length: columns }, (_, index): BudgetColumn => {
    const windows = Array.from({ length: REFERENCE_DAYS }, () => countDay());
    return { column: `column ${index + 1}`, reference: addUp(windows), windows };
  });
  return { reference, countDay };
}

/** Alarms by rule: a day counts where any column raises one. */
export const DAY_RULES = [
  'any p < 0.05',
  'Bonferroni',
  'overdispersion-corrected Bonferroni',
  'the same and effect ≥ 0.1',
  'any PSI ≥ 0.1',
  'Airworthy (corrected BH 0.001, effect ≥ 0.1, 2 windows)',
] as const;

/** Share of days with at least one alarm by each rule, of `days` days after each of so many references. */
export function shareOfDays(traffic: Traffic, references: number, days: number): number[] {
  const random = createRandom(`days ${JSON.stringify(traffic)}`);
  const alarms = DAY_RULES.map(() => 0);
  for (let round = 0; round < references; round++) {
    const { reference, countDay } = createTraffic(traffic, random);
    const learnt = reference.map((column) => overdispersion(column.reference, column.windows));
    const runs = new Runs();
    for (let day = 0; day < days; day++) {
      const current = reference.map(() => countDay());
      const plain = decide(reference, current);
      const corrected = decide(reference, current, learnt);
      const few = 0.05 / traffic.columns;
      const raised = [
        plain.some(({ p }) => p < 0.05),
        plain.some(({ p }) => p < few),
        corrected.some(({ p }) => p < few),
        corrected.some(({ p, effect }) => p < few && effect >= RULE.effect),
        plain.some(({ psi }) => psi >= 0.1),
        runs.add(corrected).length > 0,
      ];
      raised.forEach((alarm, rule) => {
        if (alarm) alarms[rule] += 1 / (references * days);
      });
    }
  }
  return alarms;
}

function decide(
  reference: readonly BudgetColumn[],
  current: readonly (readonly number[])[],
  learnt?: readonly Overdispersion[],
  floors: Readonly<Record<string, number>> = {},
): DriftResult[] {
  const columns = reference.map(({ column, reference: counts }, index) => ({
    column,
    reference: counts,
    current: current[index],
    phi: learnt?.[index].phi ?? 1,
    phiRows: learnt?.[index].windowRows ?? 0,
    floor: floors[column] ?? 0,
  }));
  return decideDrift(columns, RULE);
}

/** Which columns are told of: drifted in so many windows in a row, once a run. */
class Runs {
  private lengths = new Map<string, number>();

  add(results: readonly DriftResult[]): string[] {
    for (const { column, drifted } of results) {
      this.lengths.set(column, drifted ? (this.lengths.get(column) ?? 0) + 1 : 0);
    }
    return results
      .map(({ column }) => column)
      .filter((column) => this.lengths.get(column) === WINDOWS_IN_A_ROW);
  }
}

export interface Detection {
  /** Share of references after which the shift was told of within 30 days. */
  detected: number;
  /** Windows until it was, of those. */
  windows: number;
}

const SHIFTED = 3;
const COLUMNS = 30;
const PATIENCE = 30;

/** How soon the policy tells of a shift of three columns of thirty, by so many standard deviations. */
export function detectionDelay(shift: number, rowsPerDay: number, rounds: number): Detection {
  const random = createRandom(`detection ${shift} ${rowsPerDay}`);
  let [detected, windows] = [0, 0];
  const even = new Float64Array(DECILES).fill(1);
  for (let round = 0; round < rounds; round++) {
    const { countDay } = createTraffic({ columns: 0, rowsPerDay, wobble: 0 }, random);
    const reference = Array.from({ length: COLUMNS }, (_, index): BudgetColumn => {
      return { column: String(index), reference: draw(random, even, 10_000), windows: [] };
    });
    const runs = new Runs();
    for (let day = 1; day <= PATIENCE; day++) {
      const current = reference.map((_, index) => countDay(index < SHIFTED ? shift : 0));
      const told = runs.add(decide(reference, current)).map(Number);
      if (!told.some((index) => index < SHIFTED)) continue;
      detected++;
      windows += day;
      break;
    }
  }
  return { detected: detected / rounds, windows: windows / detected };
}

export interface BudgetCheck {
  /** Lines in 90 days: what was stated of the reference at packing, and what fresh days then showed. */
  stated: number;
  seen: number;
  /** Columns whose floor was raised, of all. */
  raised: number;
}

/** Does the budget hold? `references` are packed, and each is followed by `periods` of 90 days. */
export function checkBudget(traffic: Traffic, references: number, periods: number): BudgetCheck {
  const random = createRandom(`budget ${JSON.stringify(traffic)}`);
  let [stated, seen, raised] = [0, 0, 0];
  for (let round = 0; round < references; round++) {
    const { reference, countDay } = createTraffic(traffic, random);
    const budget = budgetOf(reference);
    const learnt = reference.map((column) => overdispersion(column.reference, column.windows));
    stated += budget.expected / references;
    raised += Object.keys(budget.floors).length / (references * traffic.columns);
    for (let period = 0; period < periods; period++) {
      const runs = new Runs();
      for (let day = 0; day < budget.days; day++) {
        const current = reference.map(() => countDay());
        if (runs.add(decide(reference, current, learnt, budget.floors)).length > 0) {
          seen += 1 / (references * periods);
        }
      }
    }
  }
  return { stated, seen, raised };
}

function budgetOf(columns: readonly BudgetColumn[]): FalseAlarmBudget {
  return falseAlarmBudget({ columns, rule: RULE, windowsInARow: WINDOWS_IN_A_ROW, days: 90, seed: 1 });
}

function draw(random: Random, shares: Float64Array, rows: number): number[] {
  const counts = new Float64Array(shares.length);
  multinomialDraw(random, shares, counts, rows);
  return [...counts];
}

function addUp(windows: readonly (readonly number[])[]): number[] {
  return windows[0].map((_, place) => windows.reduce((sum, window) => sum + window[place], 0));
}
