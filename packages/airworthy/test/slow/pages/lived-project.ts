import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApp } from '../../../src/app.ts';
import { createRandom } from '../../../src/stats/random.ts';
import { type CliProcess, spawnCli } from '../../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS } from '../../e2e/tiny-project.ts';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 2, 2);
const DAYS = 8;
const PER_DAY = 600;

export interface LivedProject extends AsyncDisposable {
  /** Of a real server over what was lived through. */
  address: string;
  server: CliProcess;
}

/**
 * A small project that has shipped, served eight days of traffic, learnt from its labels, decided about its model
 * every third day, and whose distances came in kilometres on the last two: everything a page can show, made by the
 * product itself.
 */
export async function serveLivedProject(): Promise<LivedProject> {
  const project = createTinyProject({ rows: 600 });
  writeFileSync(
    join(project.folder, 'airworthy.config.ts'),
    `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['boosting'], budget: { trials: 2, seconds: 600 } },
  evaluation: { slices: ['carrier'], gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
  feedback: { improve: { triggers: [{ on: 'schedule', everyDays: 3 }], judgeDays: 1, minimumRows: 200, coolDownDays: 0, base: false } },
});
`,
  );
  writeTraffic(project.folder);
  const app = await openApp({ folder: project.folder });
  await app.ship();
  const { rehearsal } = await app.replay({
    ...{ dataset: 'traffic.csv', endpoint: 'parcels', time: 'sent', labelDelay: '2h', decideEveryDays: 1 },
    inject: [`unit-change:distance:1.609@${new Date(BEGIN + (DAYS - 2) * DAY).toISOString().slice(0, 10)}`],
  });
  await app.close();
  const server = spawnCli(['up', '--port', '0', '--data', rehearsal], project.folder);
  const [address] = await server.sees(/http:\/\/[^\s/]+/);
  return {
    ...{ address, server },
    async [Symbol.asyncDispose]() {
      server.child.kill('SIGTERM');
      await server.ended;
      project[Symbol.dispose]();
    },
  };
}

/** From the second day on it is rail that is late, not boat: there is something to learn. */
function writeTraffic(folder: string): void {
  const random = createRandom('traffic');
  const lines = ['sent,weight,distance,carrier,late'];
  for (let row = 0; row < PER_DAY * DAYS; row++) {
    const day = row / PER_DAY;
    const sent = new Date(BEGIN + Math.floor(day * DAY)).toISOString();
    const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    const late = weight * distance > 9000 || carrier === (day >= 1 ? 'rail' : 'boat');
    lines.push(`${sent},${weight},${distance},${carrier},${random.next() < 0.05 ? !late : late}`);
  }
  writeFileSync(join(folder, 'traffic.csv'), `${lines.join('\n')}\n`);
}
