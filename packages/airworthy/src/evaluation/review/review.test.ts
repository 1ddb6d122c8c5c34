import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testContext } from '../../../test/test-context.ts';
import { readTable } from '../../data/index.ts';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createRandom } from '../../stats/random.ts';
import { verifyAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { findCalibration } from '../judging/calibration-records.ts';
import { adjudicateItem } from './adjudicate.ts';
import { annotateItem } from './annotate.ts';
import { calibrateFromQueue } from './calibrate-from-queue.ts';
import { changeReviewQueue } from './change-queue.ts';
import { createReviewQueue } from './create-queue.ts';
import { exportReviewQueue } from './export-queue.ts';
import { getReviewQueue, listQueueItems } from './list-queues.ts';
import { measureAgreement } from './measure-agreement.ts';
import { nextReviewItem } from './next-item.ts';
import { readAnnotations } from './read-annotations.ts';
import { drawUnits, inclusionProbabilities, systematicSample } from './sampling.ts';
import type { Answers, ReviewQueueInput } from './schema.ts';

const POLITE = { name: 'polite', kind: 'choice' as const, options: ['yes', 'no'] };
const JUDGE = 'c'.repeat(64);
const CASES = 24;

function queueOf(items: number, more: Partial<ReviewQueueInput> = {}): ReviewQueueInput {
  const given = Array.from({ length: items }, (_, index) => ({
    ...{ case: `case-${index}`, input: `question ${index}`, output: `answer ${index}` },
  }));
  return { name: 'polite', questions: [POLITE], items: given, ...more };
}

/** An evaluation of two tasks with a judge that gives 1, 0.5 or 0 by the position. */
async function storeEvaluation(
  { project, store }: Context,
  role: 'dev' | 'held-out' = 'dev',
): Promise<string> {
  const evaluation = role === 'dev' ? 'a'.repeat(32) : 'b'.repeat(32);
  const metric = {
    name: 'kind',
    aggregate: { kind: 'mean' },
    better: 'higher',
    binary: false,
    range: [0, 1],
  };
  const spec = { scorers: [{ name: 'kind', digest: 'd', spec: {}, metrics: [metric], judge: JUDGE }] };
  const told = { project, evaluation };
  await store.database.write(async (sql) => {
    const row = {
      ...{
        project,
        id: evaluation,
        suite: 'support',
        number: role === 'dev' ? 1 : 2,
        key: 'k',
        spec_json: JSON.stringify(spec),
      },
      ...{
        dataset_version: null,
        role,
        cases_digest: 'cases',
        cases: CASES,
        trials: 1,
        seed: '1',
        cache: 'off' as const,
      },
      ...{
        state: 'finished' as const,
        reason: null,
        outcome: null,
        report_json: null,
        actor: 'local',
        started_at: 1,
        ended_at: 2,
      },
    };
    await sql.insertInto('suite_evaluation').values(row).execute();
    for (const [position, name] of ['old', 'new'].entries()) {
      const task = { ...told, name, position, digest: name, spec_json: '{}', run: name };
      await sql.insertInto('evaluation_task').values(task).execute();
    }
    const positions = Array.from({ length: CASES }, (_, position) => position);
    const cases = positions.map((position) => ({
      ...{ ...told, position, id: `case-${position}`, cluster_key: null, parent: null },
      ...{ input_json: JSON.stringify(`question ${position}`), expected_json: '"yes"', metadata_json: '{}' },
      slices_json: JSON.stringify({ lang: position < 10 ? 'de' : 'en' }),
    }));
    await sql.insertInto('evaluation_case').values(cases).execute();
    const places = positions.flatMap((position) =>
      ['old', 'new'].map((task) => ({ ...told, task, position, trial: 0 })),
    );
    const results = places.map((place) => ({
      ...{
        ...place,
        status: 'ok' as const,
        output_json: JSON.stringify({ value: `${place.task} ${place.position}` }),
      },
      ...{
        code: null,
        message: null,
        attempts: 1,
        latency_us: 1,
        cached: 0,
        input_tokens: null,
        output_tokens: null,
      },
      ...{ cost: null, calls_json: '[]', ended_at: 1 },
    }));
    await sql.insertInto('case_result').values(results).execute();
    const scores = places.map((place) => ({
      ...{
        ...place,
        metric: 'kind',
        status: 'scored' as const,
        value: (place.position % 3) / 2,
        label: null,
        code: null,
      },
      ...{ sums_json: null, detail_json: null },
    }));
    await sql.insertInto('score').values(scores).execute();
  });
  return evaluation;
}

async function answerAll(
  context: Context,
  queue: string,
  reviewer: string,
  answer: (text: string) => Answers,
): Promise<number> {
  for (let done = 0; ; done++) {
    const held = await nextReviewItem(context, { queue, reviewer });
    if (!held) return done;
    const { id, output, left } = held.item;
    await annotateItem(context, {
      queue,
      item: id,
      reviewer,
      answers: answer(String(output ?? left)),
      seconds: 3,
    });
  }
}

test('items are handed out under leases and answered once by each reviewer', async (t) => {
  await using opened = testContext();
  const clock = createVirtualClock(1_000_000);
  const context = { ...opened, clock };
  const queue = 'polite';

  await t.test('the same queue again is the same; another of its name is refused', async () => {
    const made = await createReviewQueue(context, queueOf(6, { reviewers: 2 }));
    assert.deepEqual([made.items, made.reused], [6, false]);
    assert.equal((await createReviewQueue(context, queueOf(6, { reviewers: 2 }))).reused, true);
    await assert.rejects(createReviewQueue(context, queueOf(5)), { code: 'REVIEW_QUEUE_EXISTS' });
    await assert.rejects(createReviewQueue(context, { ...queueOf(0), name: 'empty' }), {
      code: 'BAD_ARGUMENT',
    });
    const twice = [
      { input: 1, output: 2 },
      { input: 1, output: 2 },
    ];
    await assert.rejects(
      createReviewQueue(context, { ...queueOf(0), name: 'twice', items: twice }),
      /two items are the same/,
    );
  });

  await t.test('of reviewers at once no more than asked for hold an item', async () => {
    const reviewers = ['ana', 'bo', 'cy', 'di', 'ed'];
    const held = await Promise.all(reviewers.map((reviewer) => nextReviewItem(context, { queue, reviewer })));
    const counts = Object.values(Object.groupBy(held, (each) => each?.item.id ?? '')).map(
      (each) => each?.length,
    );
    assert.deepEqual(counts.sort(), [1, 2, 2]);
    const again = await nextReviewItem(context, { queue, reviewer: 'ana' });
    assert.equal(again?.item.id, held[0]?.item.id);
    assert.deepEqual(Object.keys(held[0]?.item ?? {}), ['id', 'input', 'output']);
    clock.moveTo(clock.now() + 601_000);
    const late = await nextReviewItem(context, { queue, reviewer: 'flo' });
    assert.equal(late?.item.id, held[0]?.item.id, 'a lease that has ended frees the item');
    const item = held[0]?.item.id ?? '';
    const saved = await annotateItem(context, { queue, item, reviewer: 'ana', answers: { polite: 'yes' } });
    assert.equal(saved.state, 'submitted', 'an answer after the lease still counts');
  });

  await t.test('a skipped item comes again after the others', async () => {
    clock.moveTo(clock.now() + 601_000);
    const first = await nextReviewItem(context, { queue, reviewer: 'gil' });
    const second = await nextReviewItem(context, { queue, reviewer: 'gil', skip: first?.item.id });
    assert.notEqual(second?.item.id, first?.item.id);
    const seen = new Set<string>();
    await answerAll(context, queue, 'gil', (text) => {
      seen.add(text);
      return { polite: 'yes' };
    });
    assert.equal(seen.size, 6);
  });

  await t.test('answers are checked, final once others have answered, and idempotent', async () => {
    const [{ id: item }] = await listQueueItems(context, { queue, limit: 1 });
    const say = (answers: Answers, more: object = {}) =>
      annotateItem(context, { queue, item, reviewer: 'gil', answers, ...more });
    await assert.rejects(say({ polite: 'perhaps' }), {
      code: 'ANNOTATION_INVALID',
      message: /one of yes, no/,
    });
    await assert.rejects(say({}), /"polite" is not answered/);
    await assert.rejects(say({ other: 1 }), /no question "other"/);
    const same = await say({ polite: 'yes' });
    assert.deepEqual(await say({ polite: 'yes' }, { seconds: 99 }), same);
    await assert.rejects(say({ polite: 'no' }), { code: 'ANNOTATION_FINAL' });
    await assert.rejects(say({ polite: 'yes' }, { reviewer: 'zoe' }), { code: 'REVIEW_LEASE_MISSING' });
    await assert.rejects(annotateItem(context, { queue, item: '0'.repeat(32), reviewer: 'gil' }), {
      code: 'QUEUE_ITEM_NOT_FOUND',
    });
    const progress = await getReviewQueue(context, queue);
    assert.deepEqual(progress.items, { total: 6, open: 5, done: 1, adjudicated: 0, leased: 0 });
    assert.deepEqual(progress.annotations, { submitted: 7, needed: 12 });
  });

  await t.test('a new guideline counts from then on; a closed queue takes nothing', async () => {
    const revised = await changeReviewQueue(context, queue, { guideline: 'Be strict.', reason: 'two cases' });
    assert.equal(revised.guidelineVersion, 2);
    assert.equal(await answerAll(context, queue, 'hal', () => ({ polite: 'no' })), 5);
    const items = await listQueueItems(context, { queue, limit: 10 });
    assert.deepEqual(items.map(({ disputed }) => disputed.length).sort(), [0, 1, 1, 1, 1, 1]);
    const disputed = items.find((each) => each.disputed.length > 0)?.id ?? '';
    const { annotations } = await readAnnotations(context, { queue, item: disputed });
    assert.deepEqual(
      annotations.map((each) => [each.reviewer, each.guidelineVersion]),
      [
        ['gil', 1],
        ['hal', 2],
      ],
    );
    const decision = { queue, item: disputed, answers: { polite: 'no' }, reason: 'a plain insult' };
    const settled = await adjudicateItem(context, decision);
    clock.moveTo(clock.now() + 1);
    assert.deepEqual(await adjudicateItem(context, decision), settled);
    await changeReviewQueue(context, queue, { state: 'closed', reason: 'enough' });
    await assert.rejects(nextReviewItem(context, { queue, reviewer: 'ana' }), {
      code: 'REVIEW_QUEUE_CLOSED',
    });
    const { version, rows, unsettled } = await exportReviewQueue(context, { queue });
    assert.deepEqual([version.dataset, rows, unsettled], ['polite-reviewed', 6, 4]);
    assert.equal((await exportReviewQueue(context, { queue })).version.number, version.number);
    const audit = await verifyAudit(context);
    assert.deepEqual([audit.ok, audit.entries], [true, 4]);
  });
});

test('what comes of reviews', async (t) => {
  await using context = testContext();
  const evaluation = await storeEvaluation(context);

  await t.test('agreement by question and reviewer, gold items, corrections', async () => {
    const questions: ReviewQueueInput['questions'] = [POLITE, { name: 'better', kind: 'correction' }];
    const gold = [{ input: 'gold', output: 'answer 0', answers: { polite: 'yes' } }];
    await createReviewQueue(context, queueOf(12, { name: 'agree', questions, gold, reviewers: 2 }));
    const even = (text: string) => Number(text.split(' ')[1]) % 2 === 0;
    const ana = (text: string) => ({ polite: even(text) ? 'yes' : 'no' });
    assert.equal(await answerAll(context, 'agree', 'ana', ana), 13);
    const wrong = (text: string) => ({
      polite: text === 'answer 0' ? 'no' : ana(text).polite,
      better: 'Sorry!',
    });
    assert.equal(await answerAll(context, 'agree', 'bo', wrong), 13);
    const agreement = await measureAgreement(context, 'agree');
    const [polite, better] = agreement.questions;
    assert.deepEqual([polite.disputed, polite.alpha.n, polite.settled.items], [1, 12, 11]);
    assert.ok((polite.alpha.value ?? 0) > 0.8 && (polite.alpha.low ?? 1) < (polite.alpha.value ?? 0));
    assert.equal(better.alpha.value, null);
    const golds = agreement.reviewers
      .filter((each) => each.question === 'polite')
      .map(({ gold: own }) => own?.right);
    assert.deepEqual(golds, [1, 0]);
    const { version } = await exportReviewQueue(context, { queue: 'agree', dataset: 'corrected' });
    const table = await readTable(context, version);
    const { expected } = table.columns;
    assert.deepEqual([table.rows, expected.kind === 'category' && expected.categories], [12, ['Sorry!']]);
  });

  await t.test('pairs are blind, and ranked whichever side they were on', async () => {
    const questions: ReviewQueueInput['questions'] = [{ name: 'preferred', kind: 'pairwise' }];
    const source = { evaluation: 'support#1' };
    await createReviewQueue(context, { name: 'pairs', questions, source });
    const { item } = (await nextReviewItem(context, { queue: 'pairs', reviewer: 'ana' })) ?? assert.fail();
    assert.deepEqual(Object.keys(item), ['id', 'input', 'expected', 'left', 'right']);
    const lefts: string[] = [];
    await answerAll(context, 'pairs', 'ana', (left) => {
      lefts.push(left.split(' ')[0]);
      return { preferred: lefts.length % 10 === 0 ? 'tie' : left.startsWith('new') ? 'left' : 'right' };
    });
    const [ranking] = (await measureAgreement(context, 'pairs')).rankings;
    assert.deepEqual([ranking.ranks[0].task, ranking.comparisons, ranking.ties], ['new', CASES, 2]);
    assert.ok(lefts.filter((task) => task === 'new').length > 4 && lefts.includes('old'));
  });

  await t.test('a judge is calibrated by what people settled on', async () => {
    const source = { evaluation, tasks: ['new'], sample: { kind: 'random' as const, n: 18 } };
    await createReviewQueue(context, { name: 'judge', questions: [POLITE], source });
    await answerAll(context, 'judge', 'ana', (text) => ({
      polite: Number(text.split(' ')[1]) % 3 > 0 ? 'yes' : 'no',
    }));
    const asked = { queue: 'judge', question: 'polite', metric: 'kind' };
    await assert.rejects(calibrateFromQueue(context, asked), { code: 'BAD_ARGUMENT', at: 'positive' });
    await assert.rejects(calibrateFromQueue(context, { ...asked, positive: ['yes'], metric: 'x' }), {
      code: 'METRIC_UNKNOWN',
    });
    const { calibration, corrected } = await calibrateFromQueue(context, { ...asked, positive: ['yes'] });
    assert.deepEqual([calibration.n, calibration.kappa.value, calibration.judge], [18, 1, JUDGE]);
    assert.deepEqual(await findCalibration(context, JUDGE), calibration);
    const fixed = corrected.find(({ task }) => task === 'new');
    assert.deepEqual([fixed?.judged.passed, fixed?.roganGladen?.value.toFixed(6)], [16, '0.666667']);
  });

  await t.test('pairs against another evaluation: the candidate’s wins pass', async () => {
    const questions: ReviewQueueInput['questions'] = [{ name: 'preferred', kind: 'pairwise' }];
    const source = { evaluation, tasks: ['new'], against: { evaluation, task: 'old' } };
    assert.equal((await createReviewQueue(context, { name: 'duel', questions, source })).items, CASES);
    await answerAll(context, 'duel', 'ana', (left) => {
      const [task, position] = left.split(' ');
      const wins = Number(position) % 3 === 2;
      return { preferred: Number(position) === 3 ? 'tie' : wins === (task === 'new') ? 'left' : 'right' };
    });
    const asked = { queue: 'duel', question: 'preferred', metric: 'kind' };
    const { calibration } = await calibrateFromQueue(context, asked);
    assert.deepEqual([calibration.n, calibration.kappa.value, calibration.threshold], [CASES - 1, 1, 0.75]);
  });

  await t.test('slices, lists, interesting ones; nothing of held-out cases', async () => {
    const make = (name: string, source: ReviewQueueInput['source']) =>
      createReviewQueue(context, { name, questions: [POLITE], source });
    assert.equal((await make('slice', { evaluation, slice: 'lang=de' })).items, 20);
    assert.equal((await make('list', { evaluation, tasks: ['old'], cases: ['case-3', 'case-4'] })).items, 2);
    const sample = { kind: 'uncertainty' as const, n: 5, metric: 'kind' };
    assert.equal((await make('unsure', { evaluation, tasks: ['new'], sample })).items, 5);
    const rows = await context.store.database.sql
      .selectFrom('queue_item')
      .select(['probability', 'payload_json'])
      .where('queue', '=', 'unsure')
      .execute();
    const sure = rows.filter(({ payload_json }) => JSON.parse(payload_json).origin.position % 3 !== 1);
    assert.ok(sure.length < 4 && rows.every(({ probability }) => probability > 0 && probability < 1));
    await assert.rejects(make('none', { evaluation, slice: 'lang=fr' }), { code: 'REVIEW_QUEUE_EMPTY' });
    await assert.rejects(make('none', { evaluation: 'support#9' }), { code: 'SUITE_EVALUATION_NOT_FOUND' });
    const heldOut = await storeEvaluation(context, 'held-out');
    await assert.rejects(make('none', { evaluation: heldOut }), { code: 'HELD_OUT_CLOSED' });
  });
});

test('one over the probability makes estimates unbiased, whatever was of interest', () => {
  const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(weights, fc.double({ min: 0.05, max: 1, noNaN: true }), (list, share) => {
      const n = Math.max(1, Math.round(share * list.length));
      const probabilities = inclusionProbabilities(Float64Array.from(list), n);
      const total = probabilities.reduce((sum, each) => sum + each, 0);
      assert.ok(Math.abs(total - n) < 1e-9 && probabilities.every((each) => each > 0 && each <= 1));
      // Every start once: how often each is drawn is its probability, to the width of the grid.
      const order = Int32Array.from(list, (_, index) => index).reverse();
      const drawn = new Float64Array(list.length);
      for (let step = 0; step < 400; step++) {
        const chosen = systematicSample(probabilities, order, (step + 0.5) / 400);
        assert.ok(Math.abs(chosen.length - n) <= 1);
        for (const index of chosen) drawn[index] += 1 / 400;
      }
      for (const [index, often] of drawn.entries())
        assert.ok(Math.abs(often - probabilities[index]) <= 2 / 400);
    }),
    { numRuns: 30 },
  );
  // The weighted mean over many draws, of values that go with the interest.
  const size = 200;
  const interest = Float64Array.from({ length: size }, (_, index) => index / size);
  const random = createRandom(7);
  let total = 0;
  for (let draw = 0; draw < 500; draw++) {
    const drawn = drawUnits({ size, n: 20, interest, random: random.fork(`${draw}`) });
    assert.equal(drawn.length, 20);
    total += drawn.reduce((sum, { index, probability }) => sum + interest[index] / probability, 0) / size;
  }
  assert.ok(Math.abs(total / 500 - 0.4975) < 0.01, `${total / 500}`);
});
