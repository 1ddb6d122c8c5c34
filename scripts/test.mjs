// Runs the tests: `npm test` the default suite, `npm run test:slow` the slow ones, `npm test -- PATH…` only those.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const slow = process.argv.includes('--slow');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const patterns = slow
  ? ['packages/*/test/**/*.slow.ts']
  : ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts'];
const files =
  asked.length > 0
    ? asked
    : patterns.flatMap((pattern) => globSync(pattern, { exclude: ['**/node_modules/**'] })).sort();

const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    '--conditions=development',
    '--test-reporter=spec',
    // The slow tests use the documented port, full disks and killed processes: one at a time. The others wait for
    // processes and timers much of their time, so that a core that is left free by default would be wasted.
    `--test-concurrency=${slow ? 1 : Math.max(2, availableParallelism() - 1)}`,
    ...files,
  ],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
