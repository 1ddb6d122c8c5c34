import type { SuiteMetric } from 'airworthy/evaluation';
import type { SpokenResult } from '../corpus/voice-gap.ts';
import { RESPONSE_BUDGET } from '../turn/stage-budgets.ts';
import { attributeErrors, type SpokenTurn, type Waterfall } from './attribute-errors.ts';
import { type Figure, toFigure } from './figure.ts';
import { type JudgedAnswer, judgeAnswers } from './judge-answers.ts';
import type { SpokenObservation } from './spoken-turn.ts';

/** From the end of speech to the first sound of the reply: later than this, and the turn counts as lost. */
export const TOO_LATE_MS = RESPONSE_BUDGET.p95;

const TRUE_TEXT = 'the true text';
const HEARD = 'what was heard';

/** One voice, or one kind of sentence. */
export interface SpokenSlice {
  name: string;
  wer: Figure;
  /** Whole calls right: for the true text, and for what was heard. */
  ofText: Figure;
  ofHeard: Figure;
}

export interface SpokenJudgement {
  waterfall: Waterfall;
  /** Turn by turn: was the call for what was heard right? */
  results: SpokenResult[];
  slices: SpokenSlice[];
}

/** Scores what was observed by the product's engine, and attributes what was lost to the stage that lost it. */
export async function judgeSpoken(
  observed: readonly SpokenObservation[],
  setting: { dataFolder: string; signal?: AbortSignal | undefined },
): Promise<SpokenJudgement> {
  const { report, rows } = await judgeAnswers(
    {
      suite: 'spoken',
      tasks: [TRUE_TEXT, HEARD],
      scorers: [
        { type: 'tool-calls', expectedField: 'calls' },
        { type: 'wer', expectedField: 'text' },
      ],
      slices: ['voice', 'phrasing'],
      cluster: 'metadata.sentence',
      cases: observed.map(toCase),
    },
    setting,
  );
  const [ofText, ofHeard] = report.tasks;
  const slices = ofHeard.slices.map(({ name, metrics }) => {
    const asText = ofText.slices.find((slice) => slice.name === name)?.metrics ?? [];
    return {
      name,
      wer: figureOf(metrics, 'wer'),
      ofText: figureOf(asText, 'tool-calls'),
      ofHeard: figureOf(metrics, 'tool-calls'),
    };
  });
  const turns = toTurns(observed, rows);
  const results = turns.map(({ voice, sentence, planOfHeard }) => ({
    voice,
    sentence,
    right: planOfHeard === null,
  }));
  return { waterfall: attributeErrors(turns), results, slices };
}

function toCase({ id, sentence, text, voice, phrasing, expected, callsOfText, heard }: SpokenObservation) {
  return {
    id,
    answers: {
      [TRUE_TEXT]: { value: text, toolCalls: callsOfText },
      [HEARD]: { value: heard.text, toolCalls: heard.calls },
    },
    expected: { text, calls: [expected] },
    metadata: { sentence, voice, phrasing },
  };
}

function figureOf(metrics: readonly SuiteMetric[], name: string): Figure {
  const found = metrics.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`the evaluation "spoken" has no figure of ${name}`);
  return toFigure(found);
}

function toTurns(observed: readonly SpokenObservation[], rows: readonly JudgedAnswer[]): SpokenTurn[] {
  const codes = new Map(rows.map((row) => [`${row.task}/${row.case}`, codeOf(row)]));
  return observed.map(({ id, sentence, voice, heard, woke }) => ({
    ...{ sentence, voice },
    planOfText: codes.get(`${TRUE_TEXT}/${id}`) ?? null,
    planOfHeard: codes.get(`${HEARD}/${id}`) ?? null,
    wakeFailed: !woke,
    skillFailed: !heard.acted,
    replyFailed: heard.reply === '',
    tooLate: heard.responseMs > TOO_LATE_MS,
  }));
}

/** What the scorer says is wrong; null where the calls are right. */
function codeOf({ scores }: JudgedAnswer): string | null {
  const { value, code = 'wrong' } = scores['tool-calls'];
  return value === 1 ? null : code;
}
