import { join } from 'node:path';
import type { Forgotten } from '../assistant/forget-person.ts';
import { openAssistant } from '../assistant.ts';
import { seededRandom } from '../corpus/seeded-random.ts';
import { openHousehold } from '../household/open-household.ts';
import { PROJECT, runAirworthy } from '../journey/run-airworthy.ts';
import { recordLearning } from '../production/record-learning.ts';
import { reviewFailures } from '../production/review-failures.ts';
import { serveProject } from '../production/serve-project.ts';
import { countInFiles } from './count-in-files.ts';
import { forgetByCommand } from './forget-by-command.ts';
import {
  CHILDS_SONG,
  complain,
  type Family,
  type Favorites,
  haveFavorites,
  moveIn,
} from './live-together.ts';

export interface PrivacySetting {
  /** Records, household and packed versions go there. It must be empty. */
  folder: string;
  onProgress?: (line: string) => void;
}

/** What the server has of a person, in counts. */
export type Counts = Readonly<Record<string, number>>;

/** One person's erasure. */
export interface Erased {
  who: keyof Family;
  before: Counts;
  after: Counts;
  forgotten: Forgotten;
  /** Of the receipt: is it whole, ours, and about them? */
  verified: boolean;
  /** How often their pseudonym and their own word are in the bytes of the records. */
  inFiles: {
    before: number;
    after: number;
    /** Of these in bundles of models that learnt from them, which the receipt names: weights cannot be erased from. */
    inNamedBundles: number;
  };
}

export interface PrivacyResult {
  favorites: Favorites;
  /** How often the child's song came into the bytes of records, bundles and models while it was the favorite. */
  songInFiles: number;
  erased: Erased[];
  /** Of the grandparent, who was not forgotten: their word in the records afterwards. */
  keptInFiles: number;
  /** Rows of the dataset that took the place of the one with the parent's. */
  rowsLeft: number;
}

type Airworthy = (args: readonly string[], accepts?: readonly number[]) => Promise<string>;

/**
 * A family lives with the assistant; a version learns from what two of them complained of; a child and a parent are forgotten.
 */
export async function runPrivacy({ folder, onProgress = () => {} }: PrivacySetting): Promise<PrivacyResult> {
  const [dataFolder, householdFolder] = [join(folder, 'records'), join(folder, 'household')];
  const airworthy: Airworthy = (args, accepts = [0]) => runAirworthy(args, { dataFolder, accepts });
  await airworthy(['models', 'pack', join(PROJECT, 'assistant.service.yaml')]);
  await airworthy(['models', 'promote', '1', '--model', 'assistant', '--reason', 'the shipped tagger']);
  await airworthy(['models', 'deploy', 'assistant']);
  const served = await serveProject(dataFolder);
  try {
    onProgress('a family speaks with its assistant');
    const { family, words, said, favorites, songInFiles } = await live(
      { url: served.url, householdFolder },
      folder,
    );
    onProgress('a version learns from what two of them complained of');
    await airworthy(['feedback', 'triage', '--endpoint', 'assistant', '--queue', 'family']);
    await reviewFailures(served.url, 'family', said);
    await airworthy(['review', 'export', 'family', '--dataset', 'family']);
    await recordLearning({ dataFolder, folder }, 'v2', ['--corrections', 'family']);
    await airworthy(['models', 'pack', join(folder, 'v2/assistant.service.yaml')]);

    const erased: Erased[] = [];
    for (const who of ['child', 'parent'] as const) {
      onProgress(`forgetting the ${who}`);
      const profile = family[who];
      const own = [profile, ...(words[profile] ? [words[profile]] : [])];
      const count = (part = '') =>
        own.reduce((sum, text) => sum + countInFiles(join(dataFolder, part), text), 0);
      const [inFilesBefore, before] = [count(), await countsOf(airworthy, profile)];
      const forgotten = await forgetByCommand(who, { url: served.url, householdFolder });
      const models = forgotten.server?.report.models ?? [];
      const inNamedBundles = models.reduce((sum, { bundle }) => sum + count(`bundles/${bundle}`), 0);
      erased.push({
        ...{ who, before, forgotten },
        verified: await isVerified(airworthy, forgotten, profile),
        after: await countsOf(airworthy, profile),
        inFiles: { before: inFilesBefore, after: count(), inNamedBundles },
      });
    }
    const keptInFiles = countInFiles(dataFolder, words[family.grandparent]);
    return { favorites, songInFiles, erased, keptInFiles, rowsLeft: await rowsOf(airworthy, 'family') };
  } finally {
    await served.close();
  }
}

/** What is said in the house, with the server's endpoint deciding for those who agreed to that. */
async function live({ url, householdFolder }: { url: string; householdFolder: string }, folder: string) {
  const household = openHousehold(householdFolder);
  const family = moveIn(household);
  household.close();
  const random = seededRandom('privacy');
  const words = { [family.parent]: madeUpWord(random), [family.grandparent]: madeUpWord(random) };
  await using assistant = await openAssistant({
    config: { household: householdFolder, planner: 'endpoint', server: { url }, timeZone: 'UTC' },
    textOnly: true,
  });
  const count = () => countInFiles(join(folder, 'records'), CHILDS_SONG);
  const before = count();
  const favorites = await haveFavorites(assistant, family);
  await assistant.tracing.flush();
  const songInFiles = count() - before;
  return { family, words, favorites, songInFiles, said: await complain(assistant, words) };
}

/** Found in no language, and so in no file that does not come of who said it. */
function madeUpWord(random: ReturnType<typeof seededRandom>): string {
  const [consonants, vowels] = [[...'bdfgklmnprstvz'], [...'aeiou']];
  return Array.from({ length: 4 }, () => random.pick(consonants) + random.pick(vowels)).join('');
}

async function countsOf(airworthy: Airworthy, profile: string): Promise<Counts> {
  const printed = await airworthy(['forget', profile, '--dry-run', '--json']);
  const { report } = JSON.parse(printed) as { report: { erased: Counts } };
  return report.erased;
}

async function isVerified(airworthy: Airworthy, { server }: Forgotten, profile: string): Promise<boolean> {
  if (server === null) return false;
  const printed = await airworthy(
    ['forget', 'verify', server.receipt.file, '--of', profile, '--json'],
    [0, 1],
  );
  const { ok, isOfPerson } = JSON.parse(printed) as { ok: boolean; isOfPerson: boolean };
  return ok && isOfPerson;
}

async function rowsOf(airworthy: Airworthy, dataset: string): Promise<number> {
  const printed = await airworthy(['data', 'show', dataset, '--json']);
  return (JSON.parse(printed) as { rows: number }).rows;
}
