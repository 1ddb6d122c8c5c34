import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAssistant } from '../assistant.ts';
import { type VoiceGap, voiceGap } from '../corpus/voice-gap.ts';
import { judgeSpoken, type SpokenJudgement, TOO_LATE_MS } from '../journey/judge-spoken.ts';
import { openWakeCheck } from '../journey/open-wake-check.ts';
import { recordSentences } from '../journey/record-sentences.ts';
import { replaySpoken } from '../journey/replay-spoken.ts';
import { spokenSentences } from '../journey/spoken-sentences.ts';
import { readWav } from '../speech/read-wav.ts';
import { type Block, type Chapter, type Claim, skippedChapter } from './chapter.ts';
import { drawIntervals } from './draw-intervals.ts';
import { drawWaterfall, STAGE_NAMES } from './draw-waterfall.ts';
import { percent, points, withInterval } from './words.ts';

const TITLE = 'From sound to reply';

/** Sentences of each skill, half of them in wordings that were trained on. */
const PER_SKILL = 1;

/** Synthetic voices read sentences to the whole assistant; what is lost is attributed to the stage that lost it. */
export const tellSpoken: Chapter = async ({ dataFolder, onProgress, signal }) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-spoken-'));
  try {
    await using assistant = await openAssistant({ folder, config: {} });
    const missing = assistant.probes.find(({ part, chosen }) => part === 'hearing' && chosen === null);
    if (missing !== undefined)
      return skippedChapter(TITLE, `${missing.meaning} ${missing.remedy ?? ''}`.trim());
    onProgress('spoken: voices read the sentences');
    const recordings = await recordSentences(spokenSentences(PER_SKILL), { folder });
    await using wake = await openWakeCheck(readWav(readFileSync(recordings[0].wakePath)));
    const observed = await replaySpoken(recordings, {
      assistant,
      wakes: wake.wakes,
      onProgress: (done, of) => (done % 20 === 0 ? onProgress(`spoken: ${done} of ${of} turns`) : undefined),
      signal,
    });
    const judged = await judgeSpoken(observed, { dataFolder, signal });
    return { title: TITLE, blocks: blocksOf(judged, voiceGap(judged.results)), claims: claimsOf(judged) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function blocksOf({ waterfall, slices }: SpokenJudgement, { gap }: VoiceGap): Block[] {
  const { turns, sentences, steps, planCodes } = waterfall;
  return [
    {
      kind: 'text',
      text: `${sentences} sentences, half of them in wordings that were trained on and half in those of strangers, read by ${turns / sentences} synthetic voices: ${turns} turns. Each is replayed with the true text in place of what was heard; so a turn is lost by the planner, by speech recognition, or later. Too late is a first sound of the reply more than ${TOO_LATE_MS} ms after the end of speech; recordings are fed faster than speech, so recognition that would have run while the person spoke is not counted as waiting. Intervals are 95 %, with the sentence as the unit.`,
    },
    {
      kind: 'picture',
      svg: drawWaterfall(waterfall),
      text: 'The waterfall is drawn on the page (journey.html).',
    },
    {
      kind: 'table',
      head: ['step', 'turns', 'points (95 %)'],
      rows: [
        ['all turns', String(turns), '100 %'],
        ...steps.map(({ stage, turns: count, share }) => [
          STAGE_NAMES[stage],
          String(count),
          `${points(share.value)} (${points(share.low)} to ${points(share.high)})`,
        ]),
        [
          'done, end to end',
          String(waterfall.classes.right + waterfall.classes.lucky),
          withInterval(waterfall.endToEnd),
        ],
      ],
    },
    {
      kind: 'text',
      text: `What the planner got wrong on the true text: ${planCodes.map(({ code, turns: count }) => `${code} ${count}`).join(', ') || 'nothing'}.`,
    },
    {
      kind: 'picture',
      svg: drawIntervals(
        'Whole calls right by voice, for the true text and for what was heard',
        ['what was heard', 'the true text'],
        slices.map(({ name, ofHeard, ofText }) => ({ name, marks: [ofHeard, ofText] })),
      ),
      text: 'Drawn on the page (journey.html).',
    },
    {
      kind: 'table',
      head: [
        'slice',
        'word error rate',
        'call right for what was heard',
        'call right for the true text',
        'turns',
      ],
      rows: slices.map(({ name, wer, ofHeard, ofText }) => [
        name,
        withInterval(wer),
        withInterval(ofHeard),
        withInterval(ofText),
        String(ofHeard.n),
      ]),
    },
    {
      kind: 'text',
      text: `Between the best understood voice (${gap.highest ?? '–'}) and the worst (${gap.lowest ?? '–'}) lie ${withInterval(gap)} of calls.`,
    },
  ];
}

function claimsOf({ waterfall }: SpokenJudgement): Claim[] {
  const { turns, steps, classes, endToEnd } = waterfall;
  const left = steps.reduce((sum, step) => sum + step.turns, turns);
  return [
    {
      claim: 'the waterfall adds up to the last turn',
      holds: left === classes.right + classes.lucky,
      because: `${turns} turns, ${left} left after all steps, ${percent(endToEnd.value)} done`,
    },
  ];
}
