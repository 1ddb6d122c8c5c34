// Runs the tests: `npm test` the default suite, `npm run test:slow` the slow ones, `npm test -- PATH…` only those.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const slow = process.argv.includes('--slow');
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const patterns = slow
  ? ['{packages,examples}/*/test/**/*.slow.ts']
  : ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts'];
const files =
  asked.length > 0
    ? asked
    : patterns.flatMap((pattern) => globSync(pattern, { exclude: ['**/node_modules/**'] })).sort();

/**
 * Slow tests that need the machine for themselves, because they measure times or memory. The others wait for processes,
 * disks and timers much of their time, and share it.
 */
const ALONE =
  /\/(assistant-page|pages|pages\/.*|read-scale|rollouts|runtimes|serving-(faults|soak)|tracking-scale)\.slow\.ts$/;

const runs = slow
  ? [
      { concurrency: 2, files: files.filter((file) => !ALONE.test(file)) },
      { concurrency: 1, files: files.filter((file) => ALONE.test(file)) },
    ]
  : [{ concurrency: Math.max(2, availableParallelism() - 1), files }];

const failed = runs.filter(({ concurrency, files }) => files.length > 0 && !passes(concurrency, files));
process.exit(failed.length === 0 ? 0 : 1);

function passes(concurrency, files) {
  const options = ['--conditions=development', '--test-reporter=spec', `--test-concurrency=${concurrency}`];
  return spawnSync(process.execPath, ['--test', ...options, ...files], { stdio: 'inherit' }).status === 0;
}
