import type { JudgedRung, RungResult, RungVerdict } from '../journey/judge-rung.ts';
import { runJourney } from '../journey/run-journey.ts';
import type { Block, Chapter } from './chapter.ts';
import { drawCurve } from './draw-curve.ts';
import { type DrawnRow, drawIntervals } from './draw-intervals.ts';
import { journeyClaims } from './journey-claims.ts';
import { milliseconds, percent, points, withInterval } from './words.ts';

const TITLE = 'The journey';

/** Every rung judged on the same sentences, each against the one before it. */
export const tellJourney: Chapter = async (setting) => {
  const results = await runJourney(setting);
  return { title: TITLE, blocks: journeyBlocks(results), claims: journeyClaims(results) };
};

export function journeyBlocks(results: readonly RungResult[]): Block[] {
  const judged = results.filter((result) => result.state === 'judged');
  const skipped = results.filter((result) => result.state === 'skipped');
  const [first] = judged;
  if (first === undefined) return [{ kind: 'text', text: 'No rung could be judged here.' }];
  const { n, clusters } = first.exact['unseen phrasing'];
  const others = first.otherRecall.n;
  return [
    {
      kind: 'text',
      text: `Right means the whole call, argument by argument. Unseen phrasing: ${n} sentences (${clusters} wordings) of authors g and h, in wordings that nobody whose sentences were trained on used; unseen values: ${first.exact['unseen values'].n} sentences of author a, whose wordings every learner has seen, with values that none has. Of the strangers' sentences ${others} are for nobody: who always answers \`other\` is right in ${percent(others / n)}. Intervals are 95 %, with the wording as the unit; verdicts compare sentence by sentence (last of each: sentences that only this rung gets right, and only the other).`,
    },
    {
      kind: 'picture',
      svg: drawIntervals(
        'Whole calls right by rung, with intervals',
        ['unseen phrasing', 'unseen values'],
        judged.map(drawnRung),
      ),
      text: 'The ladder is drawn on the page (journey.html).',
    },
    { kind: 'table', head: FIGURES_HEAD, rows: results.map(figuresOf) },
    {
      kind: 'table',
      head: ['rung', 'against', 'unseen phrasing', 'unseen values', 'method'],
      rows: judged.flatMap(verdictsOf),
    },
    {
      kind: 'table',
      head: ['rung', 'what changed', 'model', 'authors', 'files'],
      rows: results.map(recipeOf),
    },
    ...curveOf(judged),
    ...skipped.map(
      ({ rung, reason }): Block => ({ kind: 'text', text: `${rung.id} was skipped: ${reason}.` }),
    ),
  ];
}

function drawnRung({ rung, exact, verdicts }: JudgedRung): DrawnRow {
  const verdict = verdicts?.['unseen phrasing'];
  const note =
    verdict === undefined
      ? undefined
      : ({
          text: `${points(verdict.improvement)} on ${verdict.against}`,
          tone: TONES[verdict.outcome],
        } as const);
  return {
    name: `${rung.id} ${rung.title}`,
    marks: [exact['unseen phrasing'], exact['unseen values']],
    ...(note === undefined ? {} : { note }),
  };
}

const TONES = { pass: 'pass', fail: 'fail', undecided: 'quiet', error: 'fail' } as const;

const FIGURES_HEAD = [
  'rung',
  'unseen phrasing',
  'unseen values',
  'skill right',
  'can be run',
  'other: precision / recall',
  'plan p50 / p95',
] as const;

function figuresOf(result: RungResult): string[] {
  const name = `${result.rung.id} ${result.rung.title}`;
  if (result.state === 'skipped') return [name, 'skipped', ...FIGURES_HEAD.slice(2).map(() => '–')];
  const { exact, intent, valid, otherPrecision, otherRecall, latencyMs } = result;
  return [
    name,
    withInterval(exact['unseen phrasing']),
    withInterval(exact['unseen values']),
    percent(intent.value),
    percent(valid.value),
    `${percent(otherPrecision.value)} / ${percent(otherRecall.value)}`,
    `${milliseconds(latencyMs.p50)} / ${milliseconds(latencyMs.p95)}`,
  ];
}

function verdictsOf({ rung, verdicts }: JudgedRung): string[][] {
  if (verdicts === null) return [];
  const [phrasing, values] = [verdicts['unseen phrasing'], verdicts['unseen values']];
  return [
    [
      `${rung.id} ${rung.title}`,
      phrasing.against,
      verdictText(phrasing),
      verdictText(values),
      methodsOf(phrasing, values),
    ],
  ];
}

function methodsOf(phrasing: RungVerdict, values: RungVerdict): string {
  return [...new Set([phrasing.method, values.method])].join('; ');
}

/** `undecided: +2.2 points (−1.8 to +6.3), 144:126`: at the end what only this rung got right, and only the other. */
function verdictText({ improvement, low, high, gained, lost, outcome }: RungVerdict): string {
  return `${ANSWERS[outcome]}: ${points(improvement)} points (${points(low)} to ${points(high)}), ${gained}:${lost}`;
}

const ANSWERS = {
  pass: 'better',
  fail: 'not better',
  undecided: 'undecided',
  error: 'cannot be judged',
} as const;

function recipeOf({ rung }: RungResult): string[] {
  const authors = rung.authors.length === 0 ? 'nobody' : rung.authors.join(' ');
  return [rung.id, rung.change, rung.model, authors, rung.files.join(' ') || '–'];
}

/** The rungs that differ in nothing but how many authors they learnt from. */
function curveOf(judged: readonly JudgedRung[]): Block[] {
  const curve = judged.filter(({ rung }) => rung.onCurve);
  if (curve.length < 2) return [];
  const points = curve.map(({ rung, exact }) => ({ x: rung.authors.length, ...exact['unseen phrasing'] }));
  const text = points.map(({ x, ...figure }) => `${x}: ${withInterval(figure)}`).join('; ');
  return [
    {
      kind: 'picture',
      svg: drawCurve(
        'Whole calls right on unseen phrasing by number of authors trained on',
        'authors whose sentences it was trained on',
        points,
      ),
      text: `By authors trained on: ${text}.`,
    },
  ];
}
