// How often intervals, gates and plans of evaluations err: `npm run simulate:verdicts` writes docs/simulations.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../bench/results.ts';
import {
  clusteredPasses,
  clusteredScores,
  coverage,
  falseCalls,
  LOOKS,
  ownCoverage,
  PEEKED,
  peeking,
  plannedGates,
  rareCoverage,
  sameModel,
  simulatedPower,
  skewedScores,
} from '../bench/verdict-simulation.ts';

const PAGE = join(import.meta.dirname, '../docs/simulations.md');
/** The Monte-Carlo error of a share of 5 % is 0.3 points, of 50 % 0.8 points. */
const ROUNDS = 4000;
/** Of those that take no time: the error of 2.5 % is 0.16 points. */
const MORE_ROUNDS = 10_000;
/** Of those that resample within each round. */
const FEWER_ROUNDS = 2000;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const sections: string[] = [
  `# Verdicts, simulated

How often verdicts and intervals of evaluations err, and whether a plan tells the truth. Written by \`npm run simulate:verdicts\`; every
number is from seeded draws and comes out the same on any machine. ${ROUNDS} rounds each (${MORE_ROUNDS} of two equally good tasks and of
plans; ${FEWER_ROUNDS} of skewed scores and of looking again and again): the standard error of a share of 5 % is 0.3 points (0.2; 0.5), of
50 % 0.8 points (0.5; 1.1). \`test/slow/simulate-verdicts.slow.ts\` asserts the bounds.`,
];

function section(title: string, about: string, make: () => string): void {
  const start = process.cpuUsage();
  sections.push(`## ${title}\n\n${about}\n\n${make()}`);
  const { user, system } = process.cpuUsage(start);
  console.log(`${sections.at(-1)}\n\n(${((user + system) / 1e6).toFixed(1)} CPU seconds)\n`);
}

section(
  'Two equally good tasks',
  'A/A: a gate `better-than` 0 may pass in 2.5 % of evaluations and fail in 2.5 % (95 % intervals leave that on each side); `no-worse-than` 0.03 has hardly a reason to fail. Beside it what a comparison of pass rates would say.',
  () => {
    const scenarios = [
      ...[sameModel(100, 0.85), sameModel(400, 0.85), sameModel(300, 0.97), sameModel(100, 0.85, 3)],
      ...[skewedScores(25), clusteredPasses(10), clusteredPasses(30), clusteredPasses(100)],
    ];
    const rows = scenarios.map((scenario) => {
      const found = falseCalls(scenario, scenario.name.includes('skewed') ? FEWER_ROUNDS : MORE_ROUNDS);
      const shares = [found.better, found.worse, found.fails, found.lower, found.lowerByTwo];
      return [scenario.name, ...shares.map(percent)];
    });
    const head = [
      'data',
      'better-than 0 passes',
      'it fails',
      'no-worse-than 0.03 fails',
      'rate is lower',
      'lower by 2 points',
    ];
    return table(head, rows);
  },
);

section(
  'Do 95 % intervals cover?',
  'Clusters of 2 to 8 cases that are alike; each method is what the comparison chose itself. Beside it Student’s t over all cases, as if they were independent.',
  () => {
    const counts = [10, 30, 100];
    const rows = [
      ...counts.map((count) => ({
        name: clusteredPasses(count).name,
        made: coverage(clusteredPasses(count), ROUNDS),
      })),
      ...counts.map((count) => ({
        name: clusteredScores(count).name,
        made: coverage(clusteredScores(count), ROUNDS),
      })),
      ...counts.map((count) => ({
        name: `${count} clusters, share that passes`,
        made: ownCoverage(count, ROUNDS),
      })),
    ];
    return table(
      ['data', 'ours', 't over cases', 'method'],
      rows.map(({ name, made }) => [
        name,
        percent(made.covered),
        percent(made.naive),
        made.methods.join('; '),
      ]),
    );
  },
);

section(
  'Where few cases differ',
  'Paired 0/1 scores, counted exactly over all outcomes. The fewer cases differ, the fewer outcomes there are, and the less can any interval cover exactly 95 %. Ours is the score interval below ten differing cases and Bonett-Price from there on.',
  () => {
    const settings: [number, number, number][] = [
      [50, 0.07, 0.03],
      [50, 0.03, 0.01],
      [100, 0.03, 0.01],
      [200, 0.01, 0.01],
      [300, 0.008, 0.002],
      [300, 0.02, 0.01],
      [300, 0.07, 0.03],
      [1000, 0.003, 0.001],
    ];
    const rows = settings.map((setting) => {
      const { n, gains, losses, ours, bonettPrice, score, naive } = rareCoverage(...setting);
      const expected = n * (gains + losses);
      return [
        `${n}, ${percent(gains)} / ${percent(losses)}`,
        String(Number(expected.toFixed(1))),
        ...[ours, bonettPrice, score, naive].map(percent),
      ];
    });
    const head = [
      'cases, gained / lost',
      'expected to differ',
      'ours',
      'Bonett-Price',
      'score (Tango)',
      'paired t',
    ];
    return table(head, rows);
  },
);

section(
  'Looking again and again',
  `A look every ${LOOKS.every} cases up to ${LOOKS.last}: how often a wrong verdict is ever given.`,
  () => {
    const rows = PEEKED.map((gate) => {
      const { name, fixed, sequential, allowed } = peeking(gate, FEWER_ROUNDS);
      return [name, percent(fixed), percent(sequential), percent(allowed)];
    });
    return table(['gate', 'intervals of one look', '`onUndecided: extend`', 'allowed'], rows);
  },
);

section(
  'Does a plan tell the truth?',
  'The power that `airworthy gate plan` states, and how often the gate then decided.',
  () => {
    const rows = plannedGates().map((gate) => {
      const found = simulatedPower(gate, MORE_ROUNDS);
      const answer = gate.planned.fail > gate.planned.pass ? 'fail' : 'pass';
      const off = 100 * (found[answer] - gate.planned[answer]);
      return [
        gate.name,
        answer,
        percent(gate.planned[answer]),
        percent(found[answer]),
        `${off.toFixed(1)} points`,
      ];
    });
    return table(['gate and truth', 'answer', 'planned', 'simulated', 'difference'], rows);
  },
);

writeFileSync(PAGE, `${sections.join('\n\n')}\n`);
