import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SuiteReport } from 'airworthy/evaluation';
import { stringify } from 'yaml';
import { runAirworthy } from '../journey/run-airworthy.ts';
import { recordLearning } from './record-learning.ts';
import { reviewFailures } from './review-failures.ts';
import { type ServedProject, serveProject } from './serve-project.ts';
import { speakForAWeek, type Understood } from './speak-for-a-week.ts';
import { weeks } from './weeks.ts';

export interface ProductionSetting {
  dataFolder: string;
  /** Where the versions are written that are packed. */
  folder: string;
  onProgress?: (line: string) => void;
}

/** What became of the assistant in two weeks. */
export interface ProductionResult {
  firstWeek: { said: number; right: number };
  /** What people complained of, the largest groups of it, and how many sentences reviewers corrected. */
  triage: { complaints: number; groups: { terms: string[]; cases: number }[]; corrected: number };
  /** The gate's word on the version that learnt from it. */
  verdict: SuiteReport['verdicts'][number];
  /** States that the rollout went through. */
  rollout: string[];
  /** The second week, by version. */
  secondWeek: Understood;
  /** The gate's word on a version that was trained on a tenth of the sentences. */
  hasty: SuiteReport['verdicts'][number];
}

/** Short, because the people are: what it holds back in a day of real traffic, docs/rollouts.md says. */
const PLAN = {
  steps: [
    { mode: 'shadow', share: 1, minRequests: 100, minMinutes: 0 },
    { mode: 'canary', weight: 0.5, minRequests: 100, minMinutes: 0 },
  ],
  guards: [
    { metric: 'error-rate', margin: 0.2 },
    { metric: 'invalid-output', margin: 0.2 },
  ],
};

/**
 * Two weeks in production: the assistant serves, people complain, complaints are grouped and reviewed, the next version learns from
 * what reviewers corrected, is judged on sentences nobody said before, and is rolled out while people go on speaking. One more is made in haste, and the gate
 * stops it.
 */
export async function runProduction(setting: ProductionSetting): Promise<ProductionResult> {
  const { dataFolder, folder, onProgress = () => {} } = setting;
  mkdirSync(folder, { recursive: true });
  const airworthy = (args: readonly string[], accepts?: readonly number[]) =>
    runAirworthy(args, accepts ? { dataFolder, accepts } : { dataFolder });
  const said = weeks();

  onProgress('training a first version on the sentences of one author');
  await recordLearning(setting, 'v1');
  await airworthy(['models', 'pack', join(folder, 'v1/assistant.service.yaml')]);
  await airworthy(['models', 'promote', '1', '--model', 'assistant', '--reason', 'the first version']);
  await airworthy(['models', 'deploy', 'assistant']);
  const served = await serveProject(dataFolder);
  try {
    onProgress(`a week of ${said.first.length} sentences`);
    const first = await speakForAWeek({ url: served.url, sentences: said.first });
    const triage = await triageWeek(served, airworthy, said.first);

    onProgress(`training the next version with ${triage.corrected} corrected sentences`);
    await recordLearning(setting, 'v2', ['--corrections', 'week-1']);
    await airworthy(['models', 'pack', join(folder, 'v2/assistant.service.yaml')]);
    await airworthy(['models', 'promote', '2', '--model', 'assistant', '--alias', 'challenger']);
    onProgress('judging it on sentences that nobody said before');
    const verdict = await judgeChallenger(setting, airworthy);

    onProgress('rolling it out while people go on speaking');
    const { secondWeek, rollout } = await rollOut(served, airworthy, setting, said.second);

    onProgress('a third version, made in haste');
    await recordLearning(setting, 'v3', ['--share', '0.1']);
    await airworthy(['models', 'pack', join(folder, 'v3/assistant.service.yaml')]);
    await airworthy(['models', 'promote', '3', '--model', 'assistant', '--alias', 'challenger']);
    const hasty = await judgeChallenger(setting, airworthy);
    return { firstWeek: sumOf(first), triage, verdict, rollout, secondWeek, hasty };
  } finally {
    await served.close();
  }
}

type Airworthy = (args: readonly string[], accepts?: readonly number[]) => Promise<string>;

async function triageWeek(
  { url }: ServedProject,
  airworthy: Airworthy,
  said: Parameters<typeof reviewFailures>[2],
): Promise<ProductionResult['triage']> {
  const printed = await airworthy([
    'feedback',
    'triage',
    '--endpoint',
    'assistant',
    '--queue',
    'week-1',
    '--json',
  ]);
  const { failures, analysis } = JSON.parse(printed) as {
    failures: unknown[];
    analysis: { clusters: { terms: string[]; cases: number }[] };
  };
  const corrected = await reviewFailures(url, 'week-1', said);
  await airworthy(['review', 'export', 'week-1', '--dataset', 'week-1']);
  return { complaints: failures.length, groups: analysis.clusters, corrected };
}

/** A gate that fails or stays undecided is an answer too. */
const ANSWERED = [0, 1, 3];

async function judgeChallenger({ folder }: ProductionSetting, airworthy: Airworthy) {
  const path = join(folder, 'challenger.json');
  await airworthy(['evaluate', 'challenger', '--output', path], ANSWERED);
  return (JSON.parse(readFileSync(path, 'utf8')) as SuiteReport).verdicts[0];
}

const ENDED = new Set(['stable', 'retired', 'paused']);
const LOOK_MS = 1_000;

/** People speak until the rollout has ended, and all that they have to say was said. */
async function rollOut(
  { url }: ServedProject,
  airworthy: Airworthy,
  { folder }: ProductionSetting,
  sentences: Parameters<typeof speakForAWeek>[0]['sentences'],
): Promise<Pick<ProductionResult, 'secondWeek' | 'rollout'>> {
  const plan = join(folder, 'plan.yaml');
  writeFileSync(plan, stringify(PLAN));
  const start = ['rollout', 'start', '--endpoint', 'assistant', '--version', '2', '--plan', plan];
  await airworthy([...start, '--reason', 'learnt from the first week']);
  let isOver = false;
  const watching = (async () => {
    for (;;) {
      const { state, events } = await statusOf(airworthy);
      isOver = ENDED.has(state);
      if (isOver) return events.map(({ to }) => to);
      await sleep(LOOK_MS);
    }
  })();
  const rounds: Understood[] = [];
  while (!isOver)
    rounds.push(await speakForAWeek({ url, sentences, pauseMs: 5, seed: 2, isOver: () => isOver }));
  const rollout = await watching;
  rounds.push(await speakForAWeek({ url, sentences, seed: 3 }));
  return { secondWeek: addUp(rounds), rollout };
}

async function statusOf(airworthy: Airworthy) {
  const printed = await airworthy(['rollout', 'status', '--endpoint', 'assistant', '--json']);
  return JSON.parse(printed) as { state: string; events: { to: string }[] };
}

function addUp(rounds: readonly Understood[]): Understood {
  const all: Understood = new Map();
  for (const [version, { said, right }] of rounds.flatMap((round) => [...round])) {
    const sum = all.get(version) ?? { said: 0, right: 0 };
    all.set(version, { said: sum.said + said, right: sum.right + right });
  }
  return all;
}

function sumOf(understood: Understood) {
  const [sum = { said: 0, right: 0 }] = addUp([
    new Map([...understood].map(([, count]) => [0, count])),
  ]).values();
  return sum;
}
