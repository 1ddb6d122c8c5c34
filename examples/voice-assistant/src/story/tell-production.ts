import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../journey/run-airworthy.ts';
import { type ProductionResult, runProduction } from '../production/run-production.ts';
import type { Block, Chapter, Claim } from './chapter.ts';
import { percent, points } from './words.ts';

const FOLDER = join(PROJECT, '.assistant/production');

/** The assistant behind an endpoint for two weeks: complaints become the next version. */
export const tellProduction: Chapter = async ({ onProgress }) => {
  // Its records are its own, and of this telling: weeks that were lived twice would teach twice.
  rmSync(FOLDER, { recursive: true, force: true });
  const result = await runProduction({
    dataFolder: join(FOLDER, 'records'),
    folder: FOLDER,
    onProgress: (line) => onProgress(`production: ${line}`),
  });
  return { title: 'Two weeks in production', blocks: blocksOf(result), claims: claimsOf(result) };
};

function blocksOf({ firstWeek, triage, verdict, rollout, secondWeek, hasty }: ProductionResult): Block[] {
  return [
    {
      kind: 'text',
      text: 'The assistant is packed as a function and serves as an endpoint; its first version is a linear tagger that learnt from one author, because it trains in seconds. What is said comes from two other authors, and people are simulated: of those who were not understood half give a thumb down, three in ten say what they meant, the others say nothing. A reviewer who knows what was meant answers the queue. In the second week nothing is said in a wording of the first.',
    },
    {
      kind: 'table',
      head: ['step', 'what came of it'],
      rows: [
        ['first week', `${firstWeek.said} sentences, understood ${shareOf(firstWeek)}`],
        [
          'triage',
          `${triage.complaints} complained of, in ${triage.groups.length} groups; the largest: ${groupsOf(triage)}`,
        ],
        ['review', `${triage.corrected} sentences corrected: a version of the dataset week-1`],
        ['gate', verdict.sentence],
        ['rollout', rollout.join(' → ')],
        ...[...secondWeek]
          .sort(([a], [b]) => a - b)
          .map(([version, count]) => [
            `second week, version ${version}`,
            `${count.said} sentences, understood ${shareOf(count)}`,
          ]),
        ['a version in haste', `trained on one sentence in ten, and not rolled out: ${hasty.sentence}`],
      ],
    },
    {
      kind: 'text',
      text: 'The records: airworthy up examples/voice-assistant --data examples/voice-assistant/.assistant/production/records',
    },
  ];
}

function claimsOf({ triage, verdict, rollout, secondWeek, hasty }: ProductionResult): Claim[] {
  const [before, after] = [secondWeek.get(1), secondWeek.get(2)];
  return [
    {
      claim: 'what people complained of becomes data',
      holds: triage.complaints > 0 && triage.corrected > 0,
      because: `${triage.complaints} complaints, ${triage.corrected} corrected sentences`,
    },
    {
      claim: 'the next version is better on wordings that neither has met, and the gate says so',
      holds: verdict.outcome === 'pass',
      because: `${points(verdict.estimate)} points (${points(verdict.low)} to ${points(verdict.high)})`,
    },
    {
      claim: 'it is rolled out while people speak, and nothing fails',
      holds: rollout.at(-1) === 'stable' && (after?.said ?? 0) > 0,
      because: `${rollout.join(' → ')}; understood ${before ? shareOf(before) : '–'} before, ${after ? shareOf(after) : '–'} after`,
    },
    {
      claim: 'a version that is worse is stopped by the gate, and it says why',
      holds: hasty.outcome === 'fail',
      because: hasty.sentence,
    },
  ];
}

function shareOf({ said, right }: { said: number; right: number }): string {
  return percent(said === 0 ? null : right / said);
}

function groupsOf({ groups }: ProductionResult['triage']): string {
  return groups
    .slice(0, 3)
    .map(({ terms, cases }) => `${cases} about ${terms.slice(0, 3).join(', ')}`)
    .join('; ');
}
