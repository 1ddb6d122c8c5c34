import { type Agreement, noAgreement } from '../../stats/agreement/agreement.ts';
import { cohenAgreement } from '../../stats/agreement/cohen-kappa.ts';
import { krippendorffAlpha } from '../../stats/agreement/krippendorff.ts';
import { wilson } from '../../stats/intervals.ts';
import { createRandom } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import type { QuestionAgreement, ReviewAgreement, ReviewerAgreement } from './agreement-schema.ts';
import { answerValue } from './answer-value.ts';
import { settle } from './consensus.ts';
import { requireQueue } from './queue-rows.ts';
import { rankPairs } from './rank-pairs.ts';
import { type ReviewedItem, reviewedItems, submittedAnswers } from './reviewed-items.ts';
import type { Question } from './schema.ts';

const CONFIDENCE = 0.95;
/** Of these reviewers do not say the same in the same words. */
const FREE = new Set<Question['kind']>(['text', 'correction', 'span']);
const FREE_ANSWERS = 'free answers are seldom the same in every character: look at the disputed ones';

type Value = string | number;

/** What one person said of one question of one item. */
interface Rating {
  reviewer: string;
  value: Value;
}

/**
 * How far reviewers agree: by question (Krippendorff's alpha) and by reviewer (kappa with the others, and how often they were
 * right on gold items), what they settled on, and for pairs the order of the tasks. Throws REVIEW_QUEUE_NOT_FOUND.
 */
export async function measureAgreement(context: Context, name: string): Promise<ReviewAgreement> {
  const queue = await requireQueue(context, context.store.database.sql, name);
  const items: ReviewedItem[] = [];
  for await (const item of reviewedItems(context, name)) if (item.annotations.length > 0) items.push(item);
  const asked = items.filter(({ gold }) => gold === null);
  return {
    queue: name,
    confidence: CONFIDENCE,
    questions: queue.questions.map((question) => questionAgreement(question, asked, queue.seed)),
    reviewers: queue.questions.flatMap((question) => reviewerAgreement(question, items)),
    rankings: queue.questions
      .filter(({ kind }) => kind === 'pairwise')
      .map((question) => rankPairs(question, asked, queue.seed)),
  };
}

function ratingsOf(question: Question, { annotations, payload }: ReviewedItem): Rating[] {
  return annotations.flatMap(({ reviewer, state, answers }) =>
    state === 'submitted' && Object.hasOwn(answers, question.name)
      ? [{ reviewer, value: answerValue(question, answers[question.name], payload) }]
      : [],
  );
}

function questionAgreement(
  question: Question,
  items: readonly ReviewedItem[],
  seed: string,
): QuestionAgreement {
  const units = items.map((item) => ratingsOf(question, item).map(({ value }) => value));
  const disputed = units.filter((values) => new Set(values).size > 1).length;
  return {
    ...{ question: question.name, kind: question.kind, disputed },
    alpha: alphaOf(question, units, seed),
    settled: settledValues(question, items),
  };
}

function alphaOf(question: Question, units: readonly Value[][], seed: string): Agreement {
  if (FREE.has(question.kind))
    return noAgreement(units.filter((values) => values.length > 1).length, FREE_ANSWERS);
  const code = createCoder();
  const coded = units.map((values) =>
    values.map((value) => (typeof value === 'number' ? value : code(value))),
  );
  const random = createRandom(`agreement ${seed}`).fork(question.name);
  const level = question.kind === 'rating' ? 'ordinal' : 'nominal';
  return krippendorffAlpha(coded, { level, random, confidence: CONFIDENCE });
}

function createCoder(): (value: Value) => number {
  const codes = new Map<Value, number>();
  return (value) => {
    const known = codes.get(value) ?? codes.size;
    codes.set(value, known);
    return known;
  };
}

/** Items as good as settled: those that need no more answers. */
function settledValues(question: Question, items: readonly ReviewedItem[]): QuestionAgreement['settled'] {
  const weights = new Map<Value, { items: number; weight: number }>();
  let [count, total, squares] = [0, 0, 0];
  for (const item of items) {
    if (item.state === 'open' || FREE.has(question.kind)) continue;
    const settled = settle(question, item.payload, submittedAnswers(item), item.adjudication?.answers);
    if (!settled) continue;
    const weight = 1 / item.probability;
    const known = weights.get(settled.value) ?? { items: 0, weight: 0 };
    weights.set(settled.value, { items: known.items + 1, weight: known.weight + weight });
    count++;
    total += weight;
    squares += weight ** 2;
  }
  const effectiveItems = squares === 0 ? 0 : total ** 2 / squares;
  const values = [...weights].map(([answer, known]) => {
    const value = known.weight / total;
    const share = { value, ...wilson(value * effectiveItems, effectiveItems, CONFIDENCE) };
    return { answer, items: known.items, share };
  });
  values.sort((a, b) => (a.answer < b.answer ? -1 : 1));
  return { items: count, effectiveItems, values };
}

function reviewerAgreement(question: Question, items: readonly ReviewedItem[]): ReviewerAgreement[] {
  const rated = items.map((item) => ({ item, ratings: ratingsOf(question, item) }));
  const reviewers = [
    ...new Set(rated.flatMap(({ ratings }) => ratings.map(({ reviewer }) => reviewer))),
  ].sort();
  return reviewers.map((reviewer) => {
    const own = rated.filter(({ ratings }) => ratings.some((rating) => rating.reviewer === reviewer));
    const asked = own.filter(({ item }) => item.gold === null);
    return {
      ...{ reviewer, question: question.name, answered: asked.length },
      kappa: kappaWithOthers(
        question,
        reviewer,
        asked.map(({ ratings }) => ratings),
      ),
      gold: goldShare(question, reviewer, own),
    };
  });
}

function kappaWithOthers(question: Question, reviewer: string, items: readonly Rating[][]): Agreement {
  const pairs = items.flatMap((ratings) => {
    const own = ratings.find((rating) => rating.reviewer === reviewer);
    return ratings.flatMap((other) =>
      own && other.reviewer !== reviewer ? [[own.value, other.value] as const] : [],
    );
  });
  if (FREE.has(question.kind)) return noAgreement(pairs.length, FREE_ANSWERS);
  if (question.kind === 'rating') {
    const [low, high] = question.scale;
    const table = tableOf(pairs, (value) => Number(value) - low, high - low + 1);
    return cohenAgreement(table, { weights: 'quadratic', confidence: CONFIDENCE });
  }
  const values = [...new Set(pairs.flat())];
  return cohenAgreement(
    tableOf(pairs, (value) => values.indexOf(value), Math.max(2, values.length)),
    {
      confidence: CONFIDENCE,
    },
  );
}

function tableOf(
  pairs: readonly (readonly [Value, Value])[],
  code: (value: Value) => number,
  classes: number,
) {
  const counts = new Float64Array(classes * classes);
  for (const [first, second] of pairs) counts[code(first) * classes + code(second)]++;
  return { classes, counts };
}

function goldShare(
  question: Question,
  reviewer: string,
  own: readonly { item: ReviewedItem; ratings: readonly Rating[] }[],
): ReviewerAgreement['gold'] {
  let [n, right] = [0, 0];
  for (const { item, ratings } of own) {
    const truth = item.gold?.[question.name];
    if (truth === undefined) continue;
    n++;
    const said = ratings.find((rating) => rating.reviewer === reviewer)?.value;
    if (said === answerValue(question, truth, item.payload)) right++;
  }
  return n === 0 ? null : { n, right, share: { value: right / n, ...wilson(right, n, CONFIDENCE) } };
}
