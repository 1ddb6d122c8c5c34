import { chiSquareQuantile, chiSquareSurvivalQuantile } from '../distributions/chi-square.ts';
import { multinomialDraw } from '../draws.ts';
import { createRandom, type Random } from '../random.ts';
import { type ColumnCounts, type DriftRule, decideDrift } from './decide-drift.ts';
import { type Overdispersion, overdispersion, phiAt } from './overdispersion.ts';

export interface BudgetInput {
  /** Every column counted over the whole reference, and over each of its windows in order of time (`driftCounts`). */
  columns: readonly BudgetColumn[];
  rule: DriftRule;
  /** Windows in a row in which a column must have drifted before it is told. */
  windowsInARow: number;
  /** How many windows are replayed. */
  days: number;
  seed: number | string;
}

export interface BudgetColumn {
  column: string;
  reference: readonly number[];
  /** As many for every column; none where the rows have no time, and then they are taken to be independent. */
  windows: readonly (readonly number[])[];
}

/** What the policy would tell of traffic that has not drifted. */
export interface FalseAlarmBudget {
  /** Windows of a day in which a line about drift begins, of `days`, and its 95 % interval (Poisson, of the replays). */
  expected: number;
  low: number;
  high: number;
  days: number;
  replications: number;
  /** The least effect of columns that the rule's alone would tell of too often. */
  floors: Record<string, number>;
}

/** Windows that hold fewer rows wait for a wider one, so that none smaller is replayed. */
const LEAST_ROWS = 500;
/** Where the rows have no time: how many windows are drawn from them to stand for days. */
const DRAWN_WINDOWS = 30;
/** Neighbouring days are alike, and so are days of a week: they are taken a week at a time. */
const BLOCK = 7;
const MOST_REPLICATIONS = 100;
const FEWEST_REPLICATIONS = 10;
/** Comparisons of a column's places, all in all: what keeps it to a second or two for hundreds of columns. */
const COMPARISONS = 3_000_000;
/** How much a floor rises at a time. */
const RISE = 1.25;
/** What a floor begins at where the rule has none. */
const FIRST_FLOOR = 0.01;

/**
 * Replays the policy over days without drift that are unlike the reference as its own windows are: each replayed week
 * deviates by what two of its weeks deviate by, mixed at random, so that what varies together in a week, or across
 * columns, does so in the replay, and days more extreme than those seen come up too. How much days vary is itself known
 * from so many windows only, and is drawn anew for every replay and column.
 *
 * Where less than one false line cannot be expected, the effect asked of the column that is to blame is raised until it
 * can.
 *
 * @example
 * falseAlarmBudget({ columns: [{ column: 'x', reference: [5000, 5000], windows: [] }],
 *   rule: { q: 0.001, effect: 0.1 }, windowsInARow: 2, days: 90, seed: 1 }).expected; // 0
 */
export function falseAlarmBudget(input: BudgetInput): FalseAlarmBudget {
  const random = createRandom(`false alarms/${input.seed}`);
  const columns = input.columns.map((column) =>
    replayable(column, random.fork(`windows of ${column.column}`)),
  );
  const replications = replicationsFor(columns, input.days);
  const sightings: Sighting[] = [];
  for (let replication = 0; replication < replications; replication++) {
    replay(columns, input, random.fork(String(replication)), replication, sightings);
  }
  const floors = raiseFloors(sightings, input, replications);
  const { lines } = countLines(sightings, floors, input.windowsInARow);
  const named = [...floors].map(([column, floor]) => [columns[column].column, floor]);
  return {
    expected: lines / replications,
    low: lines === 0 ? 0 : chiSquareQuantile(0.025, 2 * lines) / 2 / replications,
    high: chiSquareSurvivalQuantile(0.025, 2 * lines + 2) / 2 / replications,
    days: input.days,
    replications,
    floors: Object.fromEntries(named),
  };
}

/** A column as it is replayed. */
interface ReplayColumn {
  column: string;
  reference: readonly number[];
  usual: Float64Array;
  overdispersion: Overdispersion;
  /** Rows of a replayed window. */
  rows: number;
  /** How each of its windows' shares differ from the usual ones, as they would at so many rows. */
  deviations: Float64Array[];
}

/** A column found drifted in a window of a replay. */
interface Sighting {
  replication: number;
  window: number;
  /** Its place among the columns. */
  column: number;
  effect: number;
}

function replayable({ column, reference, windows }: BudgetColumn, random: Random): ReplayColumn {
  const learnt = overdispersion(reference, windows);
  const seen = windows.length > 1 ? windows : drawWindows(random, reference);
  const rows = Math.max(LEAST_ROWS, seen.reduce((sum, window) => sum + total(window), 0) / seen.length);
  const all = Math.max(1, total(reference));
  const usual = Float64Array.from(reference, (count) => count / all);
  const deviations = seen.map((window) => {
    const own = total(window);
    if (own === 0) return new Float64Array(usual.length);
    const scale = Math.sqrt(((phiAt(learnt, rows) / phiAt(learnt, own)) * own) / rows);
    return usual.map((share, place) => scale * (window[place] / own - share));
  });
  return { column, reference, usual, overdispersion: learnt, rows, deviations };
}

function drawWindows(random: Random, reference: readonly number[]): number[][] {
  const shares = Float64Array.from(reference);
  return Array.from({ length: DRAWN_WINDOWS }, () => {
    const counts = new Float64Array(shares.length);
    multinomialDraw(random, shares, counts, LEAST_ROWS);
    return Array.from(counts);
  });
}

function replicationsFor(columns: readonly ReplayColumn[], days: number): number {
  const places = columns.reduce((sum, { usual }) => sum + usual.length, 0);
  const affordable = Math.floor(COMPARISONS / Math.max(1, places * days));
  return Math.min(MOST_REPLICATIONS, Math.max(FEWEST_REPLICATIONS, affordable));
}

function replay(
  columns: readonly ReplayColumn[],
  { rule, days }: BudgetInput,
  random: Random,
  replication: number,
  sightings: Sighting[],
): void {
  const spreads = columns.map(({ deviations }) => drawSpread(random, deviations.length));
  let week = drawWeek(random);
  for (let window = 0; window < days; window++) {
    if (window % BLOCK === 0) week = drawWeek(random);
    const counts = columns.map((column, index): ColumnCounts => {
      const { phi, windowRows } = column.overdispersion;
      const current = mixDay(column, week, window % BLOCK, spreads[index]);
      return { column: column.column, reference: column.reference, current, phi, phiRows: windowRows };
    });
    for (const [column, { drifted, effect }] of decideDrift(counts, rule).entries()) {
      if (drifted) sightings.push({ replication, window, column, effect });
    }
  }
}

/**
 * By how much more a new day deviates from a reference than one of the days it was made of does, if their true variance
 * is such as `windows` of them leave possible: (windows + 1) / chi-square with windows - 1 degrees of freedom, drawn by
 * Wilson and Hilferty's approximation (1931).
 */
function drawSpread(random: Random, windows: number): number {
  const freedom = windows - 1;
  const cube = 1 - 2 / (9 * freedom) + random.normal() * Math.sqrt(2 / (9 * freedom));
  return Math.sqrt((windows + 1) / (freedom * Math.max(cube, 0.1) ** 3));
}

/** Two weeks of the reference (where each begins, as a share of it) and how they are mixed: squares of the weights add to 1. */
interface Week {
  first: number;
  second: number;
  weights: [number, number];
}

function drawWeek(random: Random): Week {
  const angle = 2 * Math.PI * random.next();
  return { first: random.next(), second: random.next(), weights: [Math.cos(angle), Math.sin(angle)] };
}

/** The counts of a replayed day, `day` days into its week. The reference's last day is followed by its first. */
function mixDay(column: ReplayColumn, week: Week, day: number, spread: number): number[] {
  const { usual, deviations, rows } = column;
  const at = (start: number) => deviations[(Math.floor(start * deviations.length) + day) % deviations.length];
  const [first, second] = [at(week.first), at(week.second)];
  const [a, b] = week.weights.map((weight) => weight * spread);
  return Array.from(
    usual,
    (share, place) => rows * Math.max(0, share + a * first[place] + b * second[place]),
  );
}

/** By column, where the rule's own effect does not do. */
type Floors = Map<number, number>;

function raiseFloors(
  sightings: readonly Sighting[],
  { rule, windowsInARow }: BudgetInput,
  replications: number,
): Floors {
  const floors: Floors = new Map();
  for (;;) {
    const { lines, byColumn } = countLines(sightings, floors, windowsInARow);
    if (lines < replications) return floors;
    const [worst] = [...byColumn].reduce((most, next) => (next[1] > most[1] ? next : most));
    const raised = RISE * Math.max(FIRST_FLOOR, floors.get(worst) ?? rule.effect);
    floors.set(worst, Number(raised.toPrecision(3)));
  }
}

/** Windows in which a line begins: a column has been seen often enough in a row, for the first time in its run. */
function countLines(sightings: readonly Sighting[], floors: Floors, windowsInARow: number) {
  const runs = new Map<number, { replication: number; window: number; length: number }>();
  const byColumn = new Map<number, number>();
  const begun = new Set<string>();
  for (const { replication, window, column, effect } of sightings) {
    if (effect < (floors.get(column) ?? 0)) continue;
    const run = runs.get(column);
    const follows = run?.replication === replication && run.window === window - 1;
    const length = follows ? run.length + 1 : 1;
    runs.set(column, { replication, window, length });
    if (length !== windowsInARow) continue;
    byColumn.set(column, (byColumn.get(column) ?? 0) + 1);
    begun.add(`${replication} ${window}`);
  }
  return { lines: begun.size, byColumn };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
