import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { listAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { bless } from '../baselines/bless.ts';
import { getBaseline, listBaselines } from '../baselines/get-baseline.ts';
import { decideSuiteGates } from '../gates/decide-suite-gates.ts';
import { SuiteGate } from '../gates/schema.ts';
import { listSuiteVerdicts, readSuiteVerdicts, saveSuiteVerdicts } from '../gates/stored-verdicts.ts';
import { estimateSample } from '../measuring/estimate-sample.ts';
import { meanMetric, sampleOfValues } from '../measuring/sample-of-values.ts';
import { describeOverlap, findOverlap } from './find-overlap.ts';
import { beginLook, endLook, listLooks } from './ledger.ts';

const EXACT = meanMetric('exact', { binary: true });
const id = (digit: string) => digit.repeat(32);

interface Evaluated {
  id: string;
  number: number;
  outcome?: 'pass' | 'fail' | null;
  state?: 'running' | 'finished';
  role?: 'dev' | 'held-out';
  report?: unknown;
}

/** An evaluation as its own verbs would have left it. */
async function keepEvaluation(
  context: Context,
  { id: evaluation, number, outcome = 'pass', state = 'finished', role = 'dev', report = null }: Evaluated,
): Promise<void> {
  const { project } = context;
  await context.store.database.write(async (sql) => {
    await sql
      .insertInto('suite_evaluation')
      .values({
        ...{
          project,
          id: evaluation,
          suite: 'support',
          number,
          key: `k${number}`,
          spec_json: '{"partial":false}',
        },
        ...{ dataset_version: null, role, cases_digest: 'c', cases: 4, trials: 1, seed: '1', cache: 'auto' },
        ...{ state, reason: null, outcome, report_json: report === null ? null : JSON.stringify(report) },
        ...{ actor: 'local', started_at: number, ended_at: number },
      })
      .execute();
    const task = {
      project,
      evaluation,
      name: 'answer',
      position: 0,
      digest: 'd',
      spec_json: '{}',
      run: id('f'),
    };
    await sql.insertInto('evaluation_task').values(task).execute();
  });
}

test('a baseline moves only by bless, which is recorded, and refuses what did not pass', async () => {
  await using context = testContext();
  await keepEvaluation(context, { id: id('a'), number: 1 });
  await keepEvaluation(context, { id: id('b'), number: 2, outcome: 'fail' });
  await keepEvaluation(context, { id: id('c'), number: 3, state: 'running', outcome: null });
  assert.equal(await getBaseline(context, 'support'), undefined);
  const refuses = (request: Parameters<typeof bless>[2], code: string) =>
    assert.rejects(bless(context, 'support', request), { code });
  await refuses({ reason: 'newest' }, 'EVALUATION_NOT_BLESSABLE');
  await refuses({ evaluation: 2, reason: 'failed' }, 'EVALUATION_NOT_BLESSABLE');
  await refuses({ evaluation: 9, reason: 'gone' }, 'SUITE_EVALUATION_NOT_FOUND');
  await refuses({ evaluation: 1, task: 'other', reason: 'no such task' }, 'EVALUATION_NOT_BLESSABLE');
  await refuses({ evaluation: 1, reason: ' ' }, 'BAD_ARGUMENT');
  const first = await bless(context, 'support', { evaluation: 1, reason: 'released' });
  assert.deepEqual([first.sequence, first.task, first.number], [1, 'answer', 1]);
  assert.deepEqual(await bless(context, 'support', { evaluation: 1, reason: 'again' }), first);
  await bless(context, 'support', { evaluation: 2, reason: 'known flake', anyway: true });
  assert.equal((await getBaseline(context, 'support'))?.evaluation, id('b'));
  const moves = await listBaselines(context, { suite: 'support', limit: 1 });
  const { at, name, sequence } = moves[0];
  const older = await listBaselines(context, { suite: 'support', before: { at, name, sequence }, limit: 9 });
  assert.deepEqual(older, [first]);
  const audit = await listAudit(context, { object: 'suite/support@main', limit: 9 });
  assert.deepEqual(
    audit.map(({ action, reason }) => [action, reason]),
    [
      ['baseline.bless', 'known flake'],
      ['baseline.bless', 'released'],
    ],
  );
});

test('verdicts are kept once, told of, and read back as history', async () => {
  await using context = testContext();
  const told: string[] = [];
  context.events.on('verdict.given', ({ outcome }) => told.push(outcome));
  await keepEvaluation(context, { id: id('a'), number: 1 });
  const verdicts = decideSuiteGates({
    ...{ suite: 'support', evaluation: id('a'), task: 'answer', run: id('f'), role: 'dev', slices: [] },
    samples: new Map([['exact', sampleOfValues(EXACT, new Array(50).fill(1))]]),
    gates: ['at-least', 'at-most'].map((rule) => SuiteGate.parse({ metric: 'exact', rule, value: 0.8 })),
  });
  await saveSuiteVerdicts(context, verdicts);
  await saveSuiteVerdicts(context, verdicts);
  assert.deepEqual(told, ['pass', 'fail']);
  assert.deepEqual(await readSuiteVerdicts(context, id('a')), verdicts);
  const [newest] = await listSuiteVerdicts(context, { suite: 'support', limit: 1 });
  assert.equal(newest.number, 1);
  const rest = await listSuiteVerdicts(context, { suite: 'support', before: newest, limit: 9 });
  assert.equal(rest.length, 1);
  assert.notEqual(rest[0].id, newest.id);
});

test('every look is written down before it is taken, and the budget holds', async () => {
  await using context = testContext();
  const metric = estimateSample(sampleOfValues(EXACT, [1, 1, 0, 1]));
  const report = { tasks: [{ name: 'answer', metrics: [metric] }] };
  await keepEvaluation(context, { id: id('a'), number: 1, report });
  const look = (evaluation: string, budget = 2) =>
    beginLook(context, {
      ...{ datasetVersion: 'v'.repeat(64), suite: 'support', evaluation, task: 'answer', taskDigest: 'd' },
      ...{ gates: ['exact at-least'], budget },
    });
  const first = await look(id('b'));
  assert.deepEqual([first.number, first.budget], [1, 2]);
  assert.deepEqual(await look(id('b')), first);
  assert.equal((await look(id('c'))).number, 2);
  await assert.rejects(look(id('d')), { code: 'LOOKS_SPENT' });
  await endLook(context, { id: first.id, outcome: 'fail', metrics: [metric] });
  await endLook(context, { id: first.id, outcome: 'pass', metrics: [] });
  const looks = await listLooks(context, { suite: 'support', limit: 9 });
  const ended = looks.find(({ number }) => number === 1);
  assert.deepEqual([ended?.outcome, ended?.dev?.[0].value, ended?.heldOut?.[0].n], ['fail', 0.75, 4]);
  assert.equal(looks.find(({ number }) => number === 2)?.outcome, null);
  assert.equal((await listLooks(context, { dataset: 'v'.repeat(64), limit: 9 })).length, 2);
  assert.equal((await listLooks(context, { dataset: 'another', limit: 9 })).length, 0);
});

test('held-out cases are found wherever they are, and nothing else is', async () => {
  const long = 'the late flight from Boston was held at the gate for two hours because of fog';
  const cases = [
    { id: 'same', text: 'How do I change my seat?' },
    { id: 'written', text: 'Where is my baggage now?' },
    { id: 'within', text: 'Can I bring my old cat along?' },
    { id: 'long', text: `${long} and nobody told us` },
    { id: 'near', text: 'Please refund the ticket that I bought on the first of May for two persons' },
    { id: 'alone', text: 'What does the lounge cost?' },
    { id: 'short', text: 'yes' },
  ];
  const texts = [
    { id: '1', text: 'How do I change my seat?' },
    { id: '2', text: 'WHERE is my baggage, now' },
    { id: '3', text: 'Example question: can I bring my old cat along? Answer: yes, you can.' },
    { id: '4', text: `Report: ${long}, it says.` },
    { id: '5', text: 'Please refund the ticket that I bougth on the first of May for two persons' },
    { id: '6', text: 'What does it cost to bring a lounge chair along on holiday?' },
  ];
  const report = await findOverlap(cases, [{ name: 'training', texts }]);
  assert.deepEqual(
    report.overlaps.map(({ case: found, entry, kind }) => [found, entry, kind]),
    [
      ['same', '1', 'exact'],
      ['written', '2', 'normalised'],
      ['within', '3', 'contained'],
      ['long', '4', '13-gram'],
      ['near', '5', 'near'],
    ],
  );
  assert.equal(
    describeOverlap(report),
    '5 of 7 held-out cases are found in training (case "same": exact, 1)',
  );
  assert.equal(describeOverlap(await findOverlap(cases, [])), undefined);
});
