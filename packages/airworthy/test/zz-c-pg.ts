import { openTestPostgres } from '/work/main/packages/airworthy/test/postgres-server.ts';
import { spawnSync } from 'node:child_process';
const server = await openTestPostgres();
if ('skip' in server) { console.log(server.skip); process.exit(0); }
try {
  const run = spawnSync('node', ['--test', '--test-reporter=spec', '--conditions=development', ...process.argv.slice(2)], { env: { ...process.env, AIRWORTHY_TEST_STAGES_ON: server.url }, encoding: 'utf8' });
  console.log((run.stdout + run.stderr).slice(-6000));
} finally { await server.stop(); }
