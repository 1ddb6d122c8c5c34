// How often rollouts err, and how much a regression costs: `npm run simulate:rollouts` writes bench/rollouts.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../bench/results.ts';
import { REGRESSIONS, SAME, summarise } from '../bench/rollout-simulation.ts';

const PAGE = join(import.meta.dirname, '../bench/rollouts.md');
const ROUNDS = 500;
/** Of two equal versions: the standard error of a share of 5 % is 0.7 points. */
const SAME_ROUNDS = 1_000;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

function section(scenarios: typeof SAME, rounds: number): string {
  const rows = scenarios.map((scenario) => {
    const start = process.cpuUsage().user;
    const found = summarise(scenario, rounds);
    console.log(scenario.name, found, `${((process.cpuUsage().user - start) / 1e6).toFixed(1)} CPU s`);
    return [
      scenario.name,
      percent(found.rolledBack),
      percent(found.promoted),
      percent(found.paused),
      `${whole(found.exposed.median)} / ${whole(found.exposed.p95)}`,
      `${whole(found.requests.median)} / ${whole(found.requests.p95)}`,
    ];
  });
  const head = [
    'traffic',
    'rolled back',
    'promoted',
    'paused',
    'answered by it: median / 95 %',
    'all requests until then: median / 95 %',
  ];
  return table(head, rows);
}

writeFileSync(
  PAGE,
  `# Rollouts, simulated

How often a rollout takes an equal version back, and how many requests a worse one answers before it goes. Written by
\`npm run simulate:rollouts\`; every decision is that of the functions that decide real rollouts (looked at every ten seconds, 200
requests each), and every number is from seeded draws and comes out the same on any machine. \`test/slow/simulate-rollouts.slow.ts\`
asserts the bounds.

The control fails in 1 % of its requests, its latencies are log-normal (sigma 0.5), its scores have a standard deviation of 0.2, and
20 % of its answers are wrong, which labels tell ten minutes later. The plan is the default one: alpha 5 %, shadow, canaries of 5, 25
and 50 %; "no shadow" begins with the canaries. Where labels are to tell, a guard on accuracy (margin 2 points) is added.

## Two equal versions

${SAME_ROUNDS.toLocaleString('en-US')} rollouts each. At most 5 % may be rolled back.

${section(SAME, SAME_ROUNDS)}

## A worse version

${ROUNDS} rollouts each. The bound that is stated for each is what 95 % of them keep to.

${section(REGRESSIONS, ROUNDS)}
`,
);
