import { AirworthyError } from '../../kernel/errors.ts';
import type { PredictionPowered } from '../../stats/corrected/prediction-powered.ts';
import type { Estimate } from '../../stats/intervals.ts';
import type { Context } from '../../store/ports.ts';
import { calibrateJudge, type JudgedAnswer } from '../judging/calibrate-judge.ts';
import { recordCalibration } from '../judging/calibration-records.ts';
import type { RecordedCalibration } from '../judging/calibration-schema.ts';
import { correctedMean, correctedRate } from '../judging/corrected-rate.ts';
import { getSuiteEvaluation, type SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { ScorerRecord } from '../suites/evaluation-spec.ts';
import { settle } from './consensus.ts';
import { requireQueue } from './queue-rows.ts';
import { type ReviewedItem, reviewedItems, submittedAnswers } from './reviewed-items.ts';
import type { Question } from './schema.ts';

export interface CalibrateFromQueue {
  queue: string;
  question: string;
  /** Of the queue's evaluation: a judge's. */
  metric: string;
  /** Answers that pass; of pairs the candidate's wins do, and ties are left out. */
  positive?: readonly string[] | undefined;
  /** Ratings that pass. */
  atLeast?: number | undefined;
  /** Scores of the judge that pass; the middle of the metric's range where absent. */
  threshold?: number | undefined;
}

/** What a task's rate is by the judge alone, and with what people said. Null where it cannot be corrected. */
export interface CorrectedTask {
  task: string;
  judged: { passed: number; n: number; rate: number };
  /** By the judge's error rates. */
  roganGladen: Estimate | null;
  /** By the answers that people judged, which must be an even sample. */
  predictionPowered: PredictionPowered | null;
}

/**
 * Holds a judge's scores against what people settled on about the same answers, and keeps the record that gates ask for.
 *
 * @throws REVIEW_QUEUE_NOT_FOUND, BAD_ARGUMENT, METRIC_UNKNOWN, REVIEW_UNFINISHED
 */
export async function calibrateFromQueue(
  context: Context,
  asked: CalibrateFromQueue,
): Promise<{ calibration: RecordedCalibration; corrected: CorrectedTask[] }> {
  const queue = await requireQueue(context, context.store.database.sql, asked.queue);
  const question = queue.questions.find(({ name }) => name === asked.question);
  if (!question) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `queue "${queue.name}" has no question "${asked.question}": it has ${queue.questions.map(({ name }) => name).join(', ')}`,
      at: 'question',
    });
  }
  const passes = passTest(question, asked);
  const labelled = await labelledAnswers(context, queue.name, question, passes);
  const evaluation = await evaluationOf(context, queue.name, labelled);
  const { scorer, metric } = judgeOf(evaluation, asked.metric);
  const [low, high] = metric.range ?? [0, 1];
  // Of pairs only a win passes: half is a tie.
  const share = question.kind === 'pairwise' ? 0.75 : 0.5;
  const threshold = asked.threshold ?? low + share * (high - low);
  const scores = await scoresOf(context, evaluation.id, asked.metric);
  const answers = labelled.map((each) => ({ ...each, score: scores.get(keyOf(each)) ?? null }));
  if (answers.every(({ score }) => score === null)) {
    throw new AirworthyError('REVIEW_UNFINISHED', {
      message: `"${asked.metric}" has scored none of the ${answers.length} settled answers of queue "${queue.name}"`,
    });
  }
  const calibration = await recordCalibration(
    context,
    calibrateJudge({
      ...{
        judge: scorer.judge ?? '',
        part: asked.metric.slice(scorer.name.length + 1),
        metric: asked.metric,
      },
      ...{ answers, threshold },
      distribution: {
        ...{ suite: evaluation.suite, cases: evaluation.casesDigest },
        tasks: [...new Set(answers.map(({ task }) => task))].sort(),
      },
      source: { queue: queue.name, question: question.name, evaluation: evaluation.id },
    }),
  );
  return { calibration, corrected: correctTasks(scores, answers, calibration) };
}

/** Whether an answer passes; undefined where it says neither, as a tie. */
type PassTest = (value: string | number, candidate: string) => boolean | undefined;

function passTest(question: Question, { positive, atLeast }: CalibrateFromQueue): PassTest {
  if (question.kind === 'pairwise') {
    return (value, candidate) => (value === 'tie' || value === 'both-bad' ? undefined : value === candidate);
  }
  if (question.kind === 'rating' && atLeast !== undefined) return (value) => Number(value) >= atLeast;
  const unknown = question.kind === 'choice' && positive?.find((value) => !question.options.includes(value));
  if (question.kind === 'choice' && positive !== undefined && unknown === undefined) {
    return (value) => positive.includes(String(value));
  }
  const needed =
    question.kind === 'rating'
      ? 'from which rating on an answer passes (atLeast)'
      : `which answers pass (positive): of ${question.kind === 'choice' ? question.options.join(', ') : 'a choice'}`;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `question "${question.name}" is a ${question.kind}: say ${needed}`,
    at: question.kind === 'rating' ? 'atLeast' : 'positive',
  });
}

interface LabelledAnswer extends JudgedAnswer {
  evaluation: string;
  task: string;
  position: number;
  trial: number;
  probability: number;
}

async function labelledAnswers(
  context: Context,
  queue: string,
  question: Question,
  passes: PassTest,
): Promise<LabelledAnswer[]> {
  const labelled: LabelledAnswer[] = [];
  for await (const item of reviewedItems(context, queue)) {
    const place = placeOf(item);
    if (!place || item.state === 'open') continue;
    const settled = settle(question, item.payload, submittedAnswers(item), item.adjudication?.answers);
    const passed = settled && passes(settled.value, place.task);
    if (passed !== undefined) labelled.push({ ...place, passed, score: null, probability: item.probability });
  }
  return labelled;
}

function placeOf({ payload, gold }: ReviewedItem) {
  const { evaluation, position, trial, candidate } = payload.origin;
  const task = payload.outputs.length === 1 ? payload.outputs[0].task : candidate;
  if (gold !== null || task === undefined) return undefined;
  if (evaluation === undefined || position === undefined || trial === undefined) return undefined;
  return { evaluation, position, trial, task };
}

/** A queue's items are of one evaluation at most. */
async function evaluationOf(
  context: Context,
  queue: string,
  labelled: readonly LabelledAnswer[],
): Promise<SuiteEvaluation> {
  if (labelled.length > 0) return getSuiteEvaluation(context, labelled[0].evaluation);
  throw new AirworthyError('REVIEW_UNFINISHED', {
    message: `queue "${queue}" has no settled answer of an evaluation to hold a judge against`,
  });
}

function judgeOf({ spec, suite, number }: SuiteEvaluation, name: string) {
  const judges = spec.scorers.filter(({ judge }) => judge !== undefined);
  const scorer = judges.find(({ metrics }) => metrics.some((metric) => metric.name === name));
  const metric = scorer?.metrics.find((each) => each.name === name);
  if (scorer && metric) return { scorer, metric };
  const known = judges.flatMap((judge: ScorerRecord) => judge.metrics.map((each) => each.name));
  throw new AirworthyError('METRIC_UNKNOWN', {
    message: `evaluation ${suite}#${number} has no judge that gives "${name}": ${known.length === 0 ? 'it has no judge' : `there is ${known.join(', ')}`}`,
    at: 'metric',
  });
}

function keyOf({ task, position, trial }: Pick<LabelledAnswer, 'task' | 'position' | 'trial'>): string {
  return JSON.stringify([task, position, trial]);
}

async function scoresOf(
  { project, store }: Context,
  evaluation: string,
  metric: string,
): Promise<Map<string, number>> {
  const rows = await store.database.sql
    .selectFrom('score')
    .select(['task', 'position', 'trial', 'value'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('metric', '=', metric)
    .where('status', '=', 'scored')
    .execute();
  return new Map(
    rows.flatMap(({ task, position, trial, value }) =>
      value === null ? [] : [[keyOf({ task, position: Number(position), trial }), value]],
    ),
  );
}

function correctTasks(
  scores: ReadonlyMap<string, number>,
  answers: readonly LabelledAnswer[],
  calibration: RecordedCalibration,
): CorrectedTask[] {
  const passed = (score: number) => (score >= calibration.threshold ? 1 : 0);
  const byKey = new Map(answers.map((answer) => [keyOf(answer), answer]));
  const even = answers.every(({ probability }) => probability === answers[0].probability);
  const entries = [...scores].map(([key, score]) => ({
    task: (JSON.parse(key) as [string])[0],
    key,
    pass: passed(score),
  }));
  return [...Map.groupBy(entries, ({ task }) => task)].map(([task, all]) => {
    const labelled = all.flatMap(({ key, pass }) => {
      const answer = byKey.get(key);
      return answer ? [{ score: pass, truth: answer.passed ? 1 : 0 }] : [];
    });
    const unlabelled = all.flatMap(({ key, pass }) => (byKey.has(key) ? [] : [pass]));
    const hits = all.reduce((sum, { pass }) => sum + pass, 0);
    const judged = { passed: hits, n: all.length, rate: hits / all.length };
    const predictionPowered = even ? correctedMean(unlabelled, labelled) : null;
    return { task, judged, roganGladen: correctedRate(judged, calibration), predictionPowered };
  });
}
