import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openApp } from '../../src/app.ts';
import type { LabelReceipt } from '../../src/feedback/index.ts';
import { EXIT } from '../../src/kernel/error-catalogue.ts';
import { listImprovements } from '../../src/lifecycle/improve/improvement-rows.ts';
import { createRandom } from '../../src/stats/random.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import { type CliProcess, spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, PARCELS } from '../e2e/tiny-project.ts';
import {
  assertCountedOnce,
  assertPromotedOnce,
  findLost,
  readRecords,
  type SentLabel,
  traces,
} from './loop-records.ts';

const ROUNDS = 50;
/** Of a replay that is to be killed: two days in four seconds, so that it is hit, and within an hour too. */
const SPEED = '43200x';
/** Of one step. */
const MOST_KILLS = 7;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 2, 2);
const DAYS = 6;
const PER_DAY = 600;
/** Labels a request over HTTP. */
const BATCH = 8;
/** Of short ways the replay gets no label: people send it. */
const DELAY = 'CASE WHEN distance >= 50 THEN 60 + distance / 10 END';

const project = createTinyProject({ rows: 600 });
const folders = mkdtempSync(join(tmpdir(), 'airworthy-loop-crash-'));
const random = createRandom('loop-crash');

/** A data folder that the story happens in. */
interface World {
  folder: string;
  rehearsal: string;
  acknowledged: SentLabel[];
  /** What steps printed at their end, by name. */
  printed: Record<string, unknown>;
}

/** Told of a process when it begins its work: may end it at any moment from then on. */
type Killer = (running: CliProcess) => void;

/** One command of the story. Given again after a kill it goes on. */
interface Step {
  name: string;
  /** True where it has as much to do when it is done already. */
  again: boolean;
  /** Milliseconds that it works at least where it is to be killed; as long as undisturbed where absent. */
  works?: number;
  /** The milliseconds that its work took; undefined where the process was killed. */
  run(world: World, killer?: Killer): Promise<number | undefined>;
}

/** A prediction of the story, and the day it is made. */
interface Foreseen {
  id: string;
  at: number;
  distance: number;
  day: number;
}

let story: Step[];
let undisturbed: World;
/** How long each step works, in ms. */
const durations = new Map<Step, number>();

before(async () => {
  writeProject();
  await using app = await openApp({ folder: project.folder, dataFolder: join(folders, 'origin') });
  await app.ship();
  const plan = { dataset: 'traffic.csv', endpoint: 'parcels', time: 'sent', labelDelay: DELAY };
  const { rehearsal } = await app.replay(plan, { name: 'pilot' });
  story = tellStory(await foresee(rehearsal));
  rmSync(rehearsal, { recursive: true });
  await app.close();
  undisturbed = openWorld('undisturbed');
  for (const step of story) durations.set(step, await complete(step, undisturbed));
});

after(() => {
  project[Symbol.dispose]();
  rmSync(folders, { recursive: true, force: true });
});

test(`${ROUNDS} rounds of kill -9 in the loop: nothing acknowledged is lost, nothing is counted or promoted twice`, async (t) => {
  const world = openWorld('disturbed');
  const kills = new Map<Step, number>();
  let rounds = 0;
  const attack = async (step: Step) => {
    const took = await step.run(world, killSometime(step));
    if (took !== undefined) return took;
    rounds += 1;
    kills.set(step, (kills.get(step) ?? 0) + 1);
    await assertWhole(world, `round ${rounds}, ${step.name}`);
    return undefined;
  };
  for (const [index, step] of story.entries()) {
    const last = Math.min(Math.round((ROUNDS * (index + 1)) / story.length), rounds + MOST_KILLS);
    while (rounds < last && (await attack(step)) === undefined);
    await complete(step, world);
  }
  // Sending labels once more changes nothing, and can be killed as often as one likes.
  const sending = story.filter(({ again }) => again);
  for (let turn = 0; rounds < ROUNDS; turn++) {
    const step = sending[turn % sending.length];
    durations.set(step, (await attack(step)) ?? durations.get(step) ?? 0);
  }
  t.diagnostic(`killed: ${[...kills].map(([{ name }, times]) => `${name} ${times}`).join(', ')}`);

  assert.deepEqual(world.printed, undisturbed.printed);
  const [found, expected] = await Promise.all(
    [world, undisturbed].map(({ rehearsal }) => readRecords(rehearsal, traces)),
  );
  for (const table of Object.keys(expected)) assert.deepEqual(found[table], expected[table], table);
  await assertSettled(world, t);

  for (const step of story) await complete(step, world);
  assert.deepEqual(await readRecords(world.rehearsal, traces), found, 'all of it again changes nothing');
});

/** What holds at any moment. */
async function assertWhole({ rehearsal, acknowledged }: World, when: string): Promise<void> {
  // The first command may have been killed before it was made.
  if (!existsSync(rehearsal)) return;
  await readRecords(rehearsal, async (sql) => {
    assert.deepEqual(
      (await findLost(sql, acknowledged)).slice(0, 3),
      [],
      `${when}: labels that were acknowledged`,
    );
    await assertCountedOnce(sql, when);
  });
}

async function assertSettled({ rehearsal }: World, t: { diagnostic(message: string): void }): Promise<void> {
  await using app = await openApp({ folder: project.folder, dataFolder: rehearsal });
  const improvements = await listImprovements(app.context, { endpoint: 'parcels' });
  assert.ok(improvements.every(({ endedAt }) => endedAt !== null));
  const audit = await verifyAudit(app.context);
  assert.ok(audit.ok, audit.detail);
  const promoted = await assertPromotedOnce(app.context.store.database.sql);
  assert.ok(promoted.length >= 2, 'something was promoted');
  t.diagnostic(`${improvements.length} improvements; champions ${promoted.join(', ')}`);
}

async function complete(step: Step, world: World): Promise<number> {
  const took = await step.run(world);
  assert.ok(took !== undefined, `${step.name} did not end by itself`);
  return took;
}

/** At any moment of its work. */
function killSometime(step: Step): Killer {
  const patience = random.next() * (step.works ?? durations.get(step) ?? 0);
  return ({ child, ended }) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    void ended.finally(() => clearTimeout(timer));
  };
}

function openWorld(name: string): World {
  const folder = join(folders, name);
  cpSync(join(folders, 'origin'), folder, { recursive: true });
  return { folder, rehearsal: join(folder, 'replays', 'world'), acknowledged: [], printed: {} };
}

function writeProject(): void {
  writeFileSync(
    join(project.folder, 'airworthy.config.ts'),
    `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['boosting'], budget: { trials: 1, seconds: 600 } },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
  feedback: { improve: {
    triggers: [{ on: 'labels', count: 300 }], judgeDays: 1, minimumRows: 300, coolDownDays: 0, base: false,
  } },
});
`,
  );
  const lines = ['sent,weight,distance,carrier,late'];
  for (let row = 0; row < PER_DAY * DAYS; row++) {
    const day = row / PER_DAY;
    const sent = new Date(BEGIN + Math.floor(day * DAY)).toISOString();
    const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    // From the second day on it is rail that is late, from the fifth on road.
    const slow = day < 1 ? 'boat' : day < 4 ? 'rail' : 'road';
    const late = weight * distance > 9000 || carrier === slow;
    lines.push(`${sent},${weight},${distance},${carrier},${random.next() < 0.05 ? !late : late}`);
  }
  writeFileSync(join(project.folder, 'traffic.csv'), `${lines.join('\n')}\n`);
}

function foresee(rehearsal: string): Promise<Foreseen[]> {
  return readRecords(rehearsal, async (sql) => {
    const rows = await sql
      .selectFrom('prediction')
      .select(['id', 'at', 'record_json'])
      .orderBy('id')
      .execute();
    assert.equal(rows.length, PER_DAY * DAYS);
    return rows.map(({ id, at, record_json }) => {
      const { distance } = JSON.parse(record_json) as { distance: number };
      return { id, at, distance, day: Math.floor((at - BEGIN) / DAY) };
    });
  });
}

/** Six days, two at a time: the loop is asked during the replay, and by a command of its own after it. */
function tellStory(foreseen: readonly Foreseen[]): Step[] {
  const at = (day: number, hour: number) => new Date(BEGIN + day * DAY + hour * HOUR).toISOString();
  const corrected = (day: number) => labelsOf(foreseen, day, 'desk', ({ distance }) => distance % 3 === 0);
  const guessed = (day: number) => labelsOf(foreseen, day, 'guess', ({ distance }) => distance % 2 === 0);
  const sent = (day: number) =>
    labelsOf(foreseen, day, 'audit', ({ distance }) => distance < 50 || distance % 3 === 0);
  return [
    replay('first days', 0, ['--improve', '1', '--name', 'world']),
    overHttp('corrections and guesses', [...corrected(0), ...guessed(2)], 1),
    fromFile('the audit of the first days', sent(0)),
    improve('after the first days'),
    replay('faulty days', 2, [
      '--inject',
      `missing:carrier@${at(2, 9)}..${at(2, 15)}`,
      `unit-change:distance:3@${at(3, 0)}`,
    ]),
    overHttp('guesses too soon', guessed(4), 1),
    fromFile('the audit of the faulty days', sent(2)),
    improve('after the faulty days'),
    replay('last days', 4, ['--improve', '1']),
    improve('after the last days'),
    overHttp('all at once, in any order', shuffled([...corrected(4), ...sent(4), ...corrected(4)]), 4),
  ];
}

/** Labels of two days that a source sends: known five hours later, or, as a guess, before all of it. */
function labelsOf(
  foreseen: readonly Foreseen[],
  from: number,
  source: string,
  which: (prediction: Foreseen) => boolean,
): SentLabel[] {
  const end = BEGIN + (from + 2) * DAY;
  return foreseen
    .filter((each) => (each.day === from || each.day === from + 1) && each.at < end - 6 * HOUR && which(each))
    .map(({ id, at }) => ({
      ...{ prediction: id, value: random.next() < 0.5, source },
      knownAt: source === 'guess' ? BEGIN : at + 5 * HOUR,
    }));
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = Int32Array.from(items, (_, index) => index);
  random.shuffle(order);
  return [...order].map((index) => items[index]);
}

/** Two days of the traffic. The first command makes the rehearsal folder, the others go on in it. */
function replay(name: string, from: number, more: string[]): Step {
  const [first, last] = [from, from + 2].map((day) => new Date(BEGIN + day * DAY).toISOString());
  const plan = [
    'traffic.csv',
    '--time',
    'sent',
    '--label-delay',
    DELAY,
    '--from',
    first,
    '--to',
    last,
    '--json',
  ];
  const step = command(
    name,
    (world, killed) => [
      ...['replay', ...plan, ...more, '--data', from === 0 ? world.folder : world.rehearsal],
      ...(killed ? ['--speed', SPEED] : []),
    ],
    ({ rehearsal: _, ...report }) => report,
  );
  return { ...step, works: 3_500 };
}

function improve(name: string): Step {
  return command(name, (world) => ['improve', '--json', '--data', world.rehearsal]);
}

/** Each label many times, so that there are several requests in the file. */
function fromFile(name: string, labels: readonly SentLabel[]): Step {
  const file = join(folders, `${name}.jsonl`);
  const lines = Array.from({ length: 30 }, () => labels).flat();
  writeFileSync(
    file,
    shuffled(lines)
      .map((label) => `${JSON.stringify(label)}\n`)
      .join(''),
  );
  return command(
    name,
    (world) => ['label', file, '--source', 'audit', '--json', '--data', world.rehearsal],
    (_, world) => void world.acknowledged.push(...labels),
  );
}

/** A command that ends by itself. `keep` gives what it printed that must be the same each time. */
function command(
  name: string,
  argv: (world: World, killed: boolean) => string[],
  keep: (printed: Record<string, unknown>, world: World) => unknown = () => undefined,
): Step {
  return {
    ...{ name, again: false },
    async run(world, killer) {
      const began = performance.now();
      const running = spawnCli(argv(world, killer !== undefined), project.folder);
      killer?.(running);
      const code = await running.ended;
      if (code === null) return undefined;
      const { out, err } = running.output;
      assert.ok(
        [EXIT.ok, EXIT.gateFailed, EXIT.undecided].includes(code as never),
        `${name}: ${out}\n${err}`,
      );
      const kept = keep(JSON.parse(out), world);
      if (kept !== undefined) world.printed[name] = kept;
      return performance.now() - began;
    },
  };
}

/** To a server that may end at any moment, some requests at a time; what was acknowledged before is sent again too. */
function overHttp(name: string, labels: readonly SentLabel[], atATime: number): Step {
  const batches = Array.from({ length: Math.ceil(labels.length / BATCH) }, (_, index) =>
    labels.slice(index * BATCH, (index + 1) * BATCH),
  );
  return {
    ...{ name, again: true },
    async run(world, killer) {
      const server = spawnCli(['up', '--port', '0', '--data', world.rehearsal], project.folder);
      const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
      const began = performance.now();
      killer?.(server);
      const before = new Set(world.acknowledged);
      const waiting = [...batches];
      const sendOn = async () => {
        for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
          const { unchanged } = await sendBatch(address, batch);
          const known = batch.filter((label) => before.has(label)).length;
          assert.ok(unchanged >= known, `${name}: ${known} were acknowledged before, ${unchanged} are known`);
          world.acknowledged.push(...batch);
        }
        return performance.now() - began;
      };
      const took = await Promise.all(Array.from({ length: atATime }, sendOn)).catch((error) => {
        if (error instanceof TypeError) return undefined;
        throw error;
      });
      server.child.kill('SIGTERM');
      await server.ended;
      return took && Math.max(...took);
    },
  };
}

/** Throws TypeError where the server does not answer. */
async function sendBatch(address: string, labels: readonly SentLabel[]): Promise<LabelReceipt> {
  const answer = await fetch(`${address}/api/v1/endpoints/parcels/labels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ labels }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return JSON.parse(text);
}
