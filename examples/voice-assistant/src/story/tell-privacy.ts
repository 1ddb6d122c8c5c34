import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../journey/run-airworthy.ts';
import { type Counts, type Erased, type PrivacyResult, runPrivacy } from '../privacy/run-privacy.ts';
import type { Block, Chapter, Claim } from './chapter.ts';

const FOLDER = join(PROJECT, '.assistant/privacy');

/** A favorite song that is in no model, and two people who are forgotten. */
export const tellPrivacy: Chapter = async ({ onProgress }) => {
  // A house of its own: a family that moves in twice is two families.
  rmSync(FOLDER, { recursive: true, force: true });
  const result = await runPrivacy({
    folder: FOLDER,
    onProgress: (line) => onProgress(`privacy: ${line}`),
  });
  return {
    title: 'Personal, and private',
    blocks: blocksOf(result),
    claims: [...favoriteClaims(result), ...erasureClaims(result)],
  };
};

function blocksOf({ favorites, erased }: PrivacyResult): Block[] {
  const { plays, ofChild, ofParent, undone } = favorites;
  return [
    {
      kind: 'text',
      text: 'A parent, a grandparent and a child share an assistant whose endpoint logs what it is asked. The grown ups agreed to that, and to learning from it; for the child the parent agreed to preferences only, so that its sentences are understood in the house and reach no endpoint. Which song is whose favorite the skill looks up in the household; the call says no more than “favorite”.',
    },
    {
      kind: 'table',
      head: ['who says what', 'reply'],
      rows: [
        ...plays.map((reply, index) => [`child, time ${index + 1}: play baby shark`, reply]),
        ['child: play my favorite song', ofChild],
        ['parent, who said that it is moon river, and played jolene three times since', ofParent],
        ['child, after “forget my favorite song” and a yes', undone],
      ],
    },
    {
      kind: 'text',
      text: 'Then child and parent are forgotten: airworthy-assistant forget NAME --yes. Counted by the server before and after; in the last rows, how often the pseudonym, and for the parent a made-up word that only they said, is in the bytes of all files of the records. Out of weights nothing can be erased: which models those are the receipt says, and that is why preferences are in none.',
    },
    {
      kind: 'table',
      head: ['what', ...erased.map(({ who }) => `${who}: before → after`)],
      rows: rowsOf(erased),
    },
    { kind: 'text', text: receiptText(erased) },
  ];
}

function rowsOf(erased: readonly Erased[]): string[][] {
  const kinds = [...new Set(erased.flatMap(({ before }) => some(before)))];
  const ofHouse = [...new Set(erased.flatMap(({ forgotten }) => some(houseCounts(forgotten))))];
  return [
    ...kinds.map((kind) => [
      kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      ...erased.map(({ before, after }) => `${before[kind]} → ${after[kind]}`),
    ]),
    ...ofHouse.map((kind) => [
      `in the house: ${kind}`,
      ...erased.map(({ forgotten }) => `${houseCounts(forgotten)[kind] ?? 0} → 0`),
    ]),
    ['in the bytes of all records', ...erased.map(({ inFiles }) => `${inFiles.before} → ${inFiles.after}`)],
    ['of these in weights that learnt from it', ...erased.map(({ inFiles }) => `${inFiles.inNamedBundles}`)],
  ];
}

function some(counts: Counts): string[] {
  return Object.keys(counts).filter((kind) => (counts[kind] ?? 0) > 0);
}

function houseCounts({ household }: Erased['forgotten']): Counts {
  return Object.fromEntries(household.erased.map(({ what, count }) => [what, count]));
}

function receiptText(erased: readonly Erased[]): string {
  const models = erased.flatMap(({ forgotten }) => forgotten.server?.report.models ?? []);
  const names = models.flatMap(({ versions, todo }) =>
    versions.map(({ model, version }) => `${model} version ${version}: ${todo}`),
  );
  return `The signed receipts hold counts and no names. Models that were trained on what they said: ${names.join('; ') || 'none'}`;
}

function favoriteClaims({ favorites, songInFiles }: PrivacyResult): Claim[] {
  const { plays, ofChild, ofParent, undone } = favorites;
  const told = plays.map((reply) => reply.includes('remember it as your favorite'));
  return [
    {
      claim: 'what is played three times in a week becomes the favorite, and is said once',
      holds: told.join() === 'false,false,true,false',
      because: plays.at(-2) ?? 'nothing was played',
    },
    {
      claim: 'the same sentence plays each their own song; what was said beats what was concluded',
      holds: ofChild.startsWith('playing baby shark') && ofParent.startsWith('playing moon river'),
      because: `${ofChild}; ${ofParent}`,
    },
    {
      claim: 'it can be taken back',
      holds: undone.startsWith('i do not know your favorite song'),
      because: undone,
    },
    {
      claim: 'the song of the child is in no weight, prompt, trace or log of predictions',
      holds: songInFiles === 0,
      because: `${songInFiles} more places in the bytes of the records than before it was asked for eight times`,
    },
  ];
}

function erasureClaims({ erased, keptInFiles, rowsLeft }: PrivacyResult): Claim[] {
  const [child, parent] = erased;
  const models = parent.forgotten.server?.report.models ?? [];
  const left = erased.flatMap(({ after }) => some(after));
  const placesLeft = erased.reduce((sum, { inFiles }) => sum + inFiles.after - inFiles.inNamedBundles, 0);
  return [
    {
      claim: 'who has not agreed to have their words kept is asked about at no endpoint',
      holds: child.before.predictions === 0 && child.before.traces > 0 && parent.before.predictions > 0,
      because: `${child.before.traces} turns and ${child.before.predictions} predictions of the child, ${parent.before.predictions} predictions of the parent`,
    },
    {
      claim:
        'nothing of the forgotten is left in any file of the records, but for weights that the receipt names',
      holds: left.length === 0 && placesLeft === 0 && parent.inFiles.before > 0,
      because:
        left.length === 0
          ? `found ${placesLeft} times outside of the named bundles, ${parent.inFiles.inNamedBundles} times in them`
          : `left: ${left.join(', ')}`,
    },
    {
      claim: 'a dataset goes on without their rows, and the others stay',
      holds: (parent.before.datasetRows ?? 0) > 0 && rowsLeft > 0 && keptInFiles > 0,
      because: `${parent.before.datasetRows} rows of the parent erased, ${rowsLeft} of others left`,
    },
    {
      claim: 'the models that learnt from them are named',
      holds: models.some(({ versions }) => versions.some(({ version }) => version === 2)),
      because: `${models.length} models in the receipt`,
    },
    {
      claim: 'the receipts hold, and in the house the keys are destroyed',
      holds: erased.every(({ verified, forgotten }) => verified && forgotten.household.keyDestroyed),
      because: `${erased.filter(({ verified }) => verified).length} of ${erased.length} verified`,
    },
  ];
}
