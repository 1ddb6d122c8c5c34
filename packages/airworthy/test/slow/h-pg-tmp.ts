import { spawnSync } from 'node:child_process';
import { openTestPostgres } from '../postgres-server.ts';
const pg = await openTestPostgres();
if ('skip' in pg) { console.log(pg.skip); process.exit(1); }
const r = spawnSync(process.execPath, ['--test', '--conditions=development', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, AIRWORTHY_TEST_STAGES_ON: pg.url } });
await pg.stop();
process.exit(r.status ?? 1);
