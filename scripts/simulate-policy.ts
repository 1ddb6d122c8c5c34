// What a drift policy tells of traffic that has not drifted, and how soon of traffic that has: `npm run simulate:policy`.
import {
  checkBudget,
  DAY_RULES,
  detectionDelay,
  shareFlagged,
  shareOfDays,
} from '../bench/policy-simulation.ts';
import { table, writeSection } from '../bench/results.ts';

const PAGE = {
  file: 'policy.md',
  introduction:
    '# The drift policy, simulated\n\nWritten by `npm run simulate:policy`. Every number is from seeded draws, so that it comes out the same on any machine;\n' +
    'the rules of other tools are computed by their own definitions (`bench/peer-rules.ts`).\n',
};

const percent = (share: number): string => (share === 0 ? '0' : `${(100 * share).toFixed(1)} %`);

/** Prints a section, writes it to the page, and says how long it took. */
function report(name: string, title: string, make: () => string): void {
  const start = process.cpuUsage();
  const body = make();
  const { user, system } = process.cpuUsage(start);
  const seconds = `${((user + system) / 1e6).toFixed(1)} CPU seconds.`;
  console.log(`\n## ${title}\n\n${body}\n\n${seconds}`);
  writeSection(name, title, `${body}\n\n${seconds}`, PAGE);
}

const SIZES: [reference: number, window: number][] = [
  [500, 500],
  [2000, 50],
  [2000, 100],
  [2000, 200],
  [2000, 500],
  [2000, 2000],
  [10_000, 100],
  [10_000, 1000],
];

report('flagged', 'Columns without drift that are flagged, by the size of the window', () => {
  const shares = SIZES.map(([reference, window]) => shareFlagged(reference, window, 400));
  const rows = Object.keys(shares[0]).map((rule) => [rule, ...shares.map((share) => percent(share[rule]))]);
  const head = ['rule, rows of reference / window', ...SIZES.map((size) => size.join(' / '))];
  return `400 windows each; rows independent.\n\n${table(head, rows)}`;
});

report('days', 'Days with at least one alarm, 30 columns that wobble harmlessly', () => {
  const settings = [200, 1000, 10_000].flatMap((rowsPerDay) =>
    [0, 0.05, 0.1].map((wobble) => ({ columns: 30, rowsPerDay, wobble })),
  );
  const shares = settings.map((setting) => shareOfDays(setting, 20, 30));
  const head = [
    'rule; rows a day, wobble in sd',
    ...settings.map((each) => `${each.rowsPerDay}, ${each.wobble}`),
  ];
  const rows = DAY_RULES.map((rule, index) => [rule, ...shares.map((share) => percent(share[index]))]);
  return `600 days each, 30 after each of 20 references of 30 such days.\n\n${table(head, rows)}`;
});

report('detection', 'How soon a shift is told of', () => {
  const shifts = [0.2, 0.3, 0.4, 0.5, 1];
  const rows = [200, 500, 1000, 10_000].map((rowsPerDay) => [
    String(rowsPerDay),
    ...shifts.map((shift) => {
      const { detected, windows } = detectionDelay(shift, rowsPerDay, 100);
      return detected === 0 ? 'never' : `${percent(detected)}, ${windows.toFixed(1)} windows`;
    }),
  ]);
  const head = ['rows a window', ...shifts.map((shift) => `${shift} sd`)];
  const what =
    'Three columns of thirty move at once; a reference of 10,000 rows; within 30 windows, 100 times each. A shift of 0.2 sd has a PSI of 0.04: it is beneath the effect asked for, by design.';
  return `${what}\n\n${table(head, rows)}`;
});

report('budget', 'Does the budget that a bundle states hold?', () => {
  const rows = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5].map((wobble) => {
    const { stated, seen, raised } = checkBudget({ columns: 10, rowsPerDay: 1000, wobble }, 20, 5);
    return [`${wobble} sd`, stated.toFixed(2), seen.toFixed(2), percent(raised)];
  });
  const head = ['wobble', 'stated: lines in 90 days', 'seen', 'columns with a raised floor'];
  const what =
    'Twenty references of 30 days, 10 columns and 1,000 rows a day are packed; five times 90 fresh days follow each. Where days differ so much that floors are raised, they are chosen on the days of the reference and promise somewhat too much of others.';
  return `${what}\n\n${table(head, rows)}`;
});
