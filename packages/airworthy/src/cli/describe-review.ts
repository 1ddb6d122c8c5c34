import type {
  CorrectedTask,
  HeldItem,
  RecordedCalibration,
  ReviewAgreement,
  ReviewQueueProgress,
} from '../evaluation/index.ts';
import { count, estimate, figure, plural } from '../kernel/figures.ts';
import { formatFacts, formatTable } from './format-table.ts';

export function describeQueue(queue: ReviewQueueProgress): string {
  const { items, annotations, gold, byReviewer } = queue;
  const facts = formatFacts([
    ['queue', `${queue.name} (${queue.state})`],
    [
      'items',
      `${count(items.total)}: ${items.open} open, ${items.done} done, ${items.adjudicated} adjudicated, ${items.leased} held now`,
    ],
    [
      'answers',
      `${count(annotations.submitted)} of ${count(annotations.needed)} (${plural(queue.reviewers, 'reviewer')} an item)`,
    ],
    ['gold items', count(gold)],
    ['guideline', `version ${queue.guidelineVersion}`],
    ...queue.questions.map((question) => [`question ${question.name}`, questionText(question)] as const),
  ]);
  if (byReviewer.length === 0) return facts;
  const table = formatTable(
    [
      { heading: 'reviewer' },
      { heading: 'submitted', align: 'right' },
      { heading: 'discarded', align: 'right' },
      { heading: 'median seconds', align: 'right' },
    ],
    byReviewer.map((each) => [
      each.reviewer,
      count(each.submitted),
      count(each.discarded),
      each.medianSeconds === null ? '' : figure(each.medianSeconds),
    ]),
  );
  return `${facts}\n\n${table}`;
}

function questionText(question: ReviewQueueProgress['questions'][number]): string {
  const form =
    question.kind === 'rating'
      ? `rating ${question.scale.join(' to ')}`
      : 'options' in question
        ? `${question.kind}: ${question.options.join(', ')}`
        : question.kind;
  return question.text === undefined ? form : `${form} (${question.text})`;
}

export function describeHeld({ item, own }: HeldItem): string {
  const { id, ...texts } = item;
  const parts = Object.entries(texts).map(([name, value]) => `${name}:\n${shown(value)}`);
  const draft = own === null ? [] : [`your draft: ${JSON.stringify(own.answers)}`];
  return [`item ${id}`, ...parts, ...draft].join('\n\n');
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

export function describeAgreement({ questions, reviewers, rankings }: ReviewAgreement): string {
  const byQuestion = formatTable(
    [
      { heading: 'question' },
      { heading: 'alpha' },
      { heading: 'items', align: 'right' },
      { heading: 'disputed', align: 'right' },
      { heading: 'settled' },
    ],
    questions.map(({ question, alpha, disputed, settled }) => [
      question,
      alpha.value === null ? `not defined: ${alpha.reason ?? ''}` : estimate(alpha),
      count(alpha.n),
      count(disputed),
      settled.values
        .slice(0, 5)
        .map(({ answer, share }) => `${answer} ${estimate(share)}`)
        .join(', '),
    ]),
  );
  const byReviewer = formatTable(
    [
      { heading: 'reviewer' },
      { heading: 'question' },
      { heading: 'answers', align: 'right' },
      { heading: 'kappa with others' },
      { heading: 'gold' },
    ],
    reviewers.map(({ reviewer, question, answered, kappa, gold }) => [
      ...[reviewer, question, count(answered)],
      kappa.value === null ? 'not defined' : estimate(kappa),
      gold === null ? '' : `${gold.right} of ${gold.n}`,
    ]),
  );
  const ranked = rankings.map((ranking) =>
    formatTable(
      [{ heading: ranking.question }, { heading: 'Elo' }],
      ranking.ranks.map(({ task, elo, low, high }) => [task, estimate({ value: elo, low, high })]),
    ),
  );
  return [byQuestion, ...(reviewers.length === 0 ? [] : [byReviewer]), ...ranked].join('\n\n');
}

export function describeCalibration(
  calibration: RecordedCalibration,
  corrected: readonly CorrectedTask[],
): string {
  const { metric, n, kappa, tpr, tnr, unjudged, judge } = calibration;
  const rate = (value: typeof tpr) => (value === null ? 'not known: nobody said so' : estimate(value));
  const facts = formatFacts([
    ['judge', `${metric} (${judge.slice(0, 12)})`],
    ['answers', `${count(n)}${unjudged > 0 ? `, and ${count(unjudged)} that it gave no score` : ''}`],
    ['kappa', kappa.value === null ? `not defined: ${kappa.reason ?? ''}` : estimate(kappa)],
    ['TPR', rate(tpr)],
    ['TNR', rate(tnr)],
  ]);
  if (corrected.length === 0) return facts;
  const table = formatTable(
    [
      { heading: 'task' },
      { heading: 'by the judge', align: 'right' },
      { heading: 'corrected (Rogan-Gladen)' },
      { heading: 'corrected (PPI++)' },
    ],
    corrected.map(({ task, judged, roganGladen, predictionPowered }) => [
      ...[task, figure(judged.rate)],
      roganGladen === null ? 'not possible' : estimate(roganGladen),
      predictionPowered === null ? 'not possible' : estimate(predictionPowered),
    ]),
  );
  return `${facts}\n\n${table}`;
}
