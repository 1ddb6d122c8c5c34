import { cpus } from 'node:os';
import { type App, openApp } from '../../packages/airworthy/src/app.ts';
import { createVirtualClock } from '../../packages/airworthy/src/kernel/clock.ts';
import { count } from '../../packages/airworthy/src/kernel/figures.ts';
import type { Model } from '../../packages/airworthy/src/models/model.ts';
import { openBundle } from '../../packages/airworthy/src/registry/index.ts';
import { retrainBlindly, scorePeriod } from './comparators.ts';
import { comparePeriod, type Period, type Scores } from './compare.ts';
import { expectationsOf } from './expectations.ts';
import { type Flown, readFlown } from './flown.ts';
import { flyWithLoop } from './loop.ts';
import { prepareFiles } from './prepare-files.ts';
import {
  FEBRUARY,
  FLIGHTS,
  JULY,
  makeStoryProject,
  makeWatchProject,
  type Scale,
  WEEK_MS,
} from './project.ts';
import { rehearseFaults } from './rehearse-faults.ts';
import { replayClean } from './replay-clean.ts';
import type { Story } from './write-story.ts';

const CLEAN_REPLAYS = 20;

/** Ships January, flies February to June three ways, rehearses faults and replays what has none. */
export async function tellStory(home: string, scale: Scale, tell: (line: string) => void): Promise<Story> {
  const costs: Story['costs'][number][] = [];
  const timed = async <Result>(step: string, work: () => Promise<Result>): Promise<Result> => {
    tell(`${step} …`);
    const began = performance.now();
    const result = await work();
    const seconds = (performance.now() - began) / 1_000;
    costs.push({ step, seconds, megabytes: process.resourceUsage().maxRSS / 1_024 });
    tell(`${step}: ${seconds.toFixed(1)} s`);
    return result;
  };
  await using app = await openApp({
    folder: makeStoryProject(home, scale),
    // January is shipped when it is over.
    clock: createVirtualClock(FEBRUARY),
  });
  const first = await timed('January ships', () => shipJanuary(app, tell));
  const flown = await timed('all flights read', () => readFlown(app));
  const loop = await timed('five months with the loop', () => flyWithLoop(app, flown));
  const scores: Scores = {
    loop: loop.scores,
    frozen: await timed('frozen model', async () => scorePeriod(first, flown, FEBRUARY, JULY)),
    blind: await timed('blind weekly retraining', () => retrainBlindly(app, flown, first)),
  };
  const watched = await watchedProject(home, timed, tell);
  const months = monthsOf(flown, scores);
  return {
    scale: describeScale(scale, flown),
    ...{ months, weeks: weeksOf(flown, scores), loop, ...watched, costs },
    expectations: expectationsOf(months, loop, watched.faults, watched.clean),
  };
}

async function shipJanuary(app: App, tell: (line: string) => void): Promise<Model> {
  await app.ship({ onStage: ({ sentence }) => tell(`  ${sentence}`) });
  const [serving] = (await app.endpoints()).status();
  if (!serving?.deployment) throw new Error('January did not ship');
  return (await openBundle(app.context, serving.deployment.bundle)).model;
}

type Timed = <Result>(step: string, work: () => Promise<Result>) => Promise<Result>;

/** Faults and clean replays, on a tenth of January whatever the scale: a model that has not seen the rest of it. */
async function watchedProject(
  home: string,
  timed: Timed,
  tell: (line: string) => void,
): Promise<Pick<Story, 'faults' | 'clean'>> {
  const files = await prepareFiles(FLIGHTS, home, CLEAN_REPLAYS);
  await using app = await openApp({
    folder: makeWatchProject(home, files.january),
    clock: createVirtualClock(FEBRUARY),
  });
  await shipJanuary(app, tell);
  return {
    faults: await timed('injected faults', () => rehearseFaults(app, files.february)),
    clean: await timed(`${CLEAN_REPLAYS} clean replays`, () => replayClean(app, files.shuffled)),
  };
}

function monthsOf(flown: Flown, scores: Scores): Period[] {
  return [1, 2, 3, 4, 5].map((month) =>
    comparePeriod(flown, scores, Date.UTC(2001, month, 1), Date.UTC(2001, month + 1, 1)),
  );
}

function weeksOf(flown: Flown, scores: Scores): Period[] {
  const weeks: Period[] = [];
  for (let from = FEBRUARY; from < JULY; from += WEEK_MS) {
    weeks.push(comparePeriod(flown, scores, from, Math.min(from + WEEK_MS, JULY)));
  }
  return weeks;
}

function describeScale({ name, trials }: Scale, { left }: Flown): string {
  const which = name === 'sample' ? 'The example’s own sample of a tenth' : 'All rows';
  const cores = `${cpus().length} cores (${cpus()[0]?.model.trim()})`;
  return `${which}, ${count(left.length)} flights from January on; ${trials} candidates a search. Measured on ${cores}, Node ${process.versions.node}.`;
}
