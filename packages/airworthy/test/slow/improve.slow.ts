import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type App, openApp } from '../../src/app.ts';
import { decideImprovement } from '../../src/lifecycle/improve/decide-improvement.ts';
import { listImprovements } from '../../src/lifecycle/improve/improvement-rows.ts';
import type { Improvement } from '../../src/lifecycle/improve/schema.ts';
import { showModel } from '../../src/registry/index.ts';
import { createRandom } from '../../src/stats/random.ts';
import { createTinyProject, PARCELS, type TinyProject } from '../e2e/tiny-project.ts';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 2, 2);
const DAYS = 6;
const PER_DAY = 400;

interface World {
  /** Share of labels that say the opposite. */
  noise?: number;
  /** From this day on it is rail that is late, not boat. */
  railFrom?: number;
  feedback: string;
}

/** A shipped project and a week of traffic for it, replayed with the loop asked each day. */
async function livedThrough(
  world: World,
): Promise<{ project: TinyProject; rehearsal: App } & AsyncDisposable> {
  const project = createTinyProject({ rows: 600 });
  writeFileSync(
    join(project.folder, 'airworthy.config.ts'),
    `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['boosting'], budget: { trials: 2, seconds: 600 } },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
  feedback: { improve: ${world.feedback} },
});
`,
  );
  writeTraffic(project, world);
  const app = await openApp({ folder: project.folder });
  await app.ship();
  const plan = { dataset: 'traffic.csv', endpoint: 'parcels', time: 'sent', labelDelay: '2h' };
  const { rehearsal: dataFolder } = await app.replay({ ...plan, decideEveryDays: 1 });
  await app.close();
  const rehearsal = await openApp({ folder: project.folder, dataFolder });
  return {
    ...{ project, rehearsal },
    async [Symbol.asyncDispose]() {
      await rehearsal.close();
      project[Symbol.dispose]();
    },
  };
}

function writeTraffic({ folder }: TinyProject, { noise = 0.05, railFrom = DAYS }: World): void {
  const random = createRandom('traffic');
  const lines = ['sent,weight,distance,carrier,late'];
  for (let row = 0; row < PER_DAY * DAYS; row++) {
    const day = row / PER_DAY;
    const sent = new Date(BEGIN + Math.floor(day * DAY)).toISOString();
    const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    const late = weight * distance > 9000 || carrier === (day >= railFrom ? 'rail' : 'boat');
    lines.push(`${sent},${weight},${distance},${carrier},${random.next() < noise ? !late : late}`);
  }
  writeFileSync(join(folder, 'traffic.csv'), `${lines.join('\n')}\n`);
}

const improvementsOf = async ({ context, project }: App): Promise<Improvement[]> =>
  (await listImprovements(context, { endpoint: project.endpoint })).reverse();

const championOf = async ({ context }: App): Promise<number> =>
  (await showModel(context, 'parcels')).aliases.champion;

test('when the world changes, a challenger judged on rows neither saw takes over; the reason is on record', async () => {
  const feedback =
    "{ triggers: [{ on: 'schedule', everyDays: 1 }], judgeDays: 1, minimumRows: 300, coolDownDays: 0, base: false }";
  await using lived = await livedThrough({ feedback, railFrom: 1 });
  const improvements = await improvementsOf(lived.rehearsal);
  const promoted = improvements.filter(({ state }) => state === 'promoted');
  assert.ok(promoted.length >= 1, JSON.stringify(improvements.map(({ state, reason }) => [state, reason])));
  const [first] = promoted;
  const { data, champion, challenger, verdicts } = first.facts;
  assert.ok(data && champion && challenger && verdicts);
  assert.equal(champion.version, 1);
  assert.ok(challenger.version > 1);
  assert.match(first.reason, /^Pass: ROC-AUC is .* better than that of the champion/);
  assert.equal(data.judgeRows, PER_DAY);
  assert.equal(verdicts[0].n, PER_DAY);
  assert.equal(await championOf(lived.rehearsal), promoted.at(-1)?.facts.challenger?.version);
  // It serves: the later predictions are its own.
  const served = await lived.rehearsal.context.store.database.sql
    .selectFrom('prediction')
    .select('version')
    .distinct()
    .execute();
  assert.ok(served.some(({ version }) => version === challenger.version));
});

test('no improvement is kept only because it is newer; none begins before the declared triggers ask', async () => {
  const feedback =
    "{ triggers: [{ on: 'labels', count: 1000 }], judgeDays: 1, minimumRows: 300, coolDownDays: 0 }";
  await using lived = await livedThrough({ feedback, noise: 0.5 });
  const improvements = await improvementsOf(lived.rehearsal);
  assert.ok(improvements.length >= 1 && improvements.length < DAYS - 1);
  for (const { state, cause, reason } of improvements) {
    assert.equal(cause.on, 'labels');
    assert.equal(state, 'kept', reason);
  }
  assert.equal(await championOf(lived.rehearsal), 1);
});

test('a person in front of promotion: nothing moves until approved, and a decision is given once', async () => {
  const feedback =
    "{ triggers: [{ on: 'schedule', everyDays: 2 }], judgeDays: 1, minimumRows: 300, coolDownDays: 0, base: false, approve: true }";
  await using lived = await livedThrough({ feedback, railFrom: 1 });
  const { rehearsal } = lived;
  const { context, project } = rehearsal;
  const [waiting] = (await improvementsOf(rehearsal)).slice(-1);
  assert.equal(waiting.state, 'awaiting-approval');
  assert.equal(await championOf(rehearsal), 1);
  const again = await rehearsal.improve();
  assert.ok('improvement' in again && again.improvement.id === waiting.id);
  const decision = { id: waiting.id, decision: 'approve' as const, reason: 'looks right' };
  const approved = await decideImprovement(context, project, decision);
  assert.equal(approved.state, 'promoted');
  assert.match(approved.reason, /^approved by local: looks right; Pass/);
  assert.equal(await championOf(rehearsal), waiting.facts.challenger?.version);
  assert.deepEqual(await decideImprovement(context, project, decision), approved);
  await assert.rejects(decideImprovement(context, project, { ...decision, decision: 'reject' }), {
    code: 'IMPROVEMENT_DECIDED',
  });
});

test('one improvement at a time: a second, and a decision meanwhile, are told who is at work', async () => {
  const feedback = '{ triggers: [], judgeDays: 1, minimumRows: 300, coolDownDays: 0, base: false }';
  await using lived = await livedThrough({ feedback, railFrom: 1 });
  const { rehearsal } = lived;
  const first = rehearsal.improve({ because: 'asked twice' });
  await assert.rejects(rehearsal.improve({ because: 'asked twice' }), { code: 'WORK_UNDER_WAY' });
  await assert.rejects(rehearsal.ship(), { code: 'WORK_UNDER_WAY', message: /is improving/ });
  const made = await first;
  assert.ok('improvement' in made, JSON.stringify(made));
  assert.equal((await improvementsOf(rehearsal)).length, 1);
});
