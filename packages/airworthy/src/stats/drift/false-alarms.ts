import { multinomialDraw } from '../draws.ts';
import { quantileOfSorted } from '../order.ts';
import { createRandom, type Random } from '../random.ts';
import { type DriftRule, decideDrift } from './decide-drift.ts';
import { type Dispersion, dispersionOf, meanDispersion, sumDispersions } from './overdispersion.ts';

export interface BudgetInput {
  /** Every column counted over the whole reference, and over each of its windows in order of time (`driftCounts`). */
  columns: readonly BudgetColumn[];
  rule: DriftRule;
  /** Windows in a row in which a column must have drifted before it is told. */
  windowsInARow: number;
  /** How many days are replayed; each window of the reference is of one. */
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
  /** Lines about drift in so many days, on average; and between which numbers 95 % of the replays have. */
  expected: number;
  low: number;
  high: number;
  days: number;
  replications: number;
  /** Windows of the reference that were replayed; 0 where windows of independent rows had to stand for them. */
  windows: number;
  /** The least effect of columns that the rule's alone would tell of too often. */
  floors: Record<string, number>;
}

/** Nothing is tested on fewer rows: such windows are put together with those after them. */
const LEAST_ROWS = 200;
/** From fewer windows than a week's nothing is to be learnt about how they differ. */
const FEWEST_WINDOWS = 7;
/** How many windows of independent rows stand for them. */
const DRAWN_WINDOWS = 200;
/** How many neighbours are replayed together: none, and a week's, because days may be like the days before them. */
const BLOCKS = [1, 7];
const REPLICATIONS = 500;
/** As many lines as may be expected; floors that are chosen on these very windows promise too much of others, so they aim lower. */
const MOST_LINES = 1;
const MOST_AFTER_RAISING = 0.5;
/** How much a floor rises at a time. */
const RISE = 1.25;
/** What a floor begins at where the rule has none. */
const FIRST_FLOOR = 0.01;

/**
 * Replays the policy over the reference's own windows, each compared with the reference without it, in random order: day
 * by day, and a week at a time; the worse of the two counts. Where less than one false line cannot be expected, the
 * effect asked of the columns that are told of is raised until it can.
 *
 * @example
 * falseAlarmBudget({ columns: [{ column: 'x', reference: [5000, 5000], windows: [] }],
 *   rule: { q: 0.001, effect: 0.1 }, windowsInARow: 2, days: 90, seed: 1 }).expected; // 0
 */
export function falseAlarmBudget(input: BudgetInput): FalseAlarmBudget {
  const random = createRandom(`false alarms/${input.seed}`);
  const days = input.columns[0]?.windows.length ?? 0;
  const groups = groupWindows(input.columns[0]?.windows ?? []);
  const replayed = groups.length >= FEWEST_WINDOWS;
  const windows = replayed
    ? compareWindows(input.columns, groups, input.rule)
    : compareWindows(
        input.columns.map((column) => drawColumn(column, random)),
        eachAlone(),
        input.rule,
      );
  const steps = replayed ? Math.ceil((input.days * groups.length) / days) : input.days;
  const orders = BLOCKS.map((block) => drawOrders(random, windows.length, steps, block));
  const { floors, counts } = holdBudget(windows, orders, input);
  return {
    expected: counts.reduce((sum, count) => sum + count, 0) / REPLICATIONS,
    low: quantileOfSorted(counts, 0.025),
    high: quantileOfSorted(counts, 0.975),
    days: input.days,
    replications: REPLICATIONS,
    windows: replayed ? groups.length : 0,
    floors: Object.fromEntries(floors),
  };
}

/** Numbers of neighbouring windows that together hold enough rows; what is left at the end goes with the last. */
function groupWindows(windows: readonly (readonly number[])[]): number[][] {
  const groups: number[][] = [];
  let [open, rows]: [number[], number] = [[], 0];
  for (const [number, window] of windows.entries()) {
    open.push(number);
    rows += total(window);
    if (rows < LEAST_ROWS) continue;
    groups.push(open);
    [open, rows] = [[], 0];
  }
  groups.at(-1)?.push(...open);
  return groups;
}

const eachAlone = (): number[][] => Array.from({ length: DRAWN_WINDOWS }, (_, number) => [number]);

/** The column with windows of independent rows instead of its own. */
function drawColumn({ column, reference }: BudgetColumn, random: Random): BudgetColumn {
  const shares = Float64Array.from(reference);
  const windows = eachAlone().map(() => {
    const counts = new Float64Array(shares.length);
    multinomialDraw(random, shares, counts, LEAST_ROWS);
    return Array.from(counts);
  });
  // A reference that holds them, as one of days holds its days.
  return { column, reference: windows.reduce(add, [...reference]), windows };
}

/** The columns that drifted in a window, with their effects; others may still turn out too small. */
type Drifted = Map<string, number>;

/** Which columns the rule calls drifted in each group of windows, compared with a reference without it. */
function compareWindows(
  columns: readonly BudgetColumn[],
  groups: readonly (readonly number[])[],
  rule: DriftRule,
): Drifted[] {
  const dispersions = columns.map(({ reference, windows }) =>
    windows.map((window) => dispersionOf(reference, window)),
  );
  const sums = dispersions.map(sumDispersions);
  return groups.map((group) => {
    const counts = columns.map(({ column, ...counted }, index) => {
      const own = sumDispersions(group.map((number) => dispersions[index][number]));
      return { column, ...leaveOut(counted, group), ...learntWithout(sums[index], own) };
    });
    const drifted = decideDrift(counts, rule).filter((result) => result.drifted);
    return new Map(drifted.map(({ column, effect }) => [column, effect]));
  });
}

/** A group of windows, and the reference without it. */
function leaveOut({ reference, windows }: Omit<BudgetColumn, 'column'>, group: readonly number[]) {
  const current = group.map((number) => windows[number]).reduce(add);
  return { current, reference: reference.map((count, place) => Math.max(0, count - current[place])) };
}

function learntWithout(all: Dispersion, own: Dispersion) {
  const { phi, windowRows } = meanDispersion({
    ratio: all.ratio - own.ratio,
    rows: all.rows - own.rows,
    windows: all.windows - own.windows,
  });
  return { phi, phiRows: windowRows };
}

/** For each replication the windows of its days: runs of so many neighbours that begin anywhere, the last followed by the first. */
function drawOrders(random: Random, windows: number, steps: number, block: number): number[][] {
  return Array.from({ length: REPLICATIONS }, () => {
    let start = 0;
    return Array.from({ length: steps }, (_, step) => {
      if (step % block === 0) start = random.integer(windows);
      return (start + (step % block)) % windows;
    });
  });
}

/**
 * Raises the floors of all columns ever told of until few enough lines are left whichever way they are replayed; and the
 * lines of the worse way. All of them, because which column is told of most is mostly chance.
 */
function holdBudget(
  windows: readonly Drifted[],
  orders: readonly (readonly number[][])[],
  { rule, windowsInARow }: BudgetInput,
): { floors: Map<string, number>; counts: Float64Array } {
  const floors = new Map<string, number>();
  for (;;) {
    const standing = windows.map((drifted) =>
      [...drifted]
        .filter(([column, effect]) => effect >= (floors.get(column) ?? 0))
        .map(([column]) => column),
    );
    const replays = orders.map((order) => countLines(standing, order, windowsInARow));
    const worst = replays.reduce((a, b) => (b.lines > a.lines ? b : a));
    const most = floors.size === 0 ? MOST_LINES : MOST_AFTER_RAISING;
    if (worst.lines < most * REPLICATIONS) return { floors, counts: worst.counts.sort() };
    for (const column of worst.told) {
      const raised = RISE * Math.max(FIRST_FLOOR, floors.get(column) ?? rule.effect);
      floors.set(column, Number(raised.toPrecision(3)));
    }
  }
}

const NO_RUNS: ReadonlyMap<string, number> = new Map();

/** Windows in which a line begins: a column has drifted often enough in a row, for the first time in its run. */
function countLines(
  windows: readonly (readonly string[])[],
  orders: readonly (readonly number[])[],
  windowsInARow: number,
): { lines: number; counts: Float64Array; told: Set<string> } {
  const counts = new Float64Array(orders.length);
  const everTold = new Set<string>();
  for (const [replication, order] of orders.entries()) {
    let runs: ReadonlyMap<string, number> = NO_RUNS;
    for (const window of order) {
      const before = runs;
      const drifted = windows[window];
      runs =
        drifted.length === 0
          ? NO_RUNS
          : new Map(drifted.map((column) => [column, (before.get(column) ?? 0) + 1]));
      const told = drifted.filter((column) => runs.get(column) === windowsInARow);
      if (told.length > 0) counts[replication] += 1;
      for (const column of told) everTold.add(column);
    }
  }
  return { lines: counts.reduce((sum, count) => sum + count, 0), counts, told: everTold };
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((count, place) => count + b[place]);
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
