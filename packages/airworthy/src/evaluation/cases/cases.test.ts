import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scheduleUnits } from '../runner/schedule.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { CaseRole } from '../suites/schema.ts';
import { SuiteInput } from '../suites/schema.ts';
import type { Suite } from '../suites/suite.ts';
import { parseCondition } from './condition.ts';
import { planCases } from './plan-cases.ts';
import { toCase } from './to-case.ts';

function suiteOf(settings: Record<string, unknown>): Suite {
  const {
    task: _,
    tasks: __,
    ...suite
  } = SuiteInput.parse({ name: 's', dataset: [], scorers: ['exact'], ...settings });
  return { ...suite, tasks: {}, file: '/s.eval.ts', folder: '/', fileDigest: '' };
}

const caseOf = (number: number): EvaluationCase =>
  toCase(
    { input: `question ${number}`, metadata: { talk: number % 20, lang: number % 2 ? 'de' : 'en' } },
    'case',
  );

async function idsOf(suite: Suite, cases: readonly EvaluationCase[], role: CaseRole, sample?: number) {
  const stream = {
    version: null,
    async *read() {
      yield* cases;
    },
  };
  const plan = await planCases(suite, stream, { role, sample });
  const ids: string[] = [];
  for await (const planned of plan.read()) ids.push(planned.case.id);
  return ids;
}

test('shares give every case one role, tear no cluster, and stay when cases are added', async () => {
  const suite = suiteOf({
    roles: { shares: { dev: 0.6, regression: 0.2, 'held-out': 0.2 } },
    cluster: 'talk',
  });
  const cases = Array.from({ length: 400 }, (_, number) => caseOf(number));
  const roles = new Map<string, string>();
  for (const role of ['dev', 'regression', 'held-out'] as const) {
    const ids = await idsOf(suite, cases, role);
    for (const id of ids) roles.set(id, `${roles.get(id) ?? ''}${role}`);
    const before = await idsOf(suite, cases.slice(100), role);
    assert.deepEqual(
      before,
      ids.filter((id) => before.includes(id)),
    );
  }
  assert.equal(roles.size, 400);
  for (const [number, each] of cases.entries())
    assert.equal(roles.get(each.id), roles.get(cases[number % 20].id));
});

test('a sample is of the size asked for, and part of every larger one', async () => {
  const cases = Array.from({ length: 300 }, (_, number) => caseOf(number));
  const small = await idsOf(suiteOf({}), cases, 'dev', 30);
  const large = new Set(await idsOf(suiteOf({}), cases, 'dev', 90));
  assert.equal(small.length, 30);
  assert.equal(large.size, 90);
  assert.ok(small.every((id) => large.has(id)));
});

test('conditions compare numbers as numbers, and a key that is missing is unequal to all', () => {
  const each = { id: '1', input: { age: 9 }, metadata: { lang: 'de', 'a.b': 1 } };
  const holds = (text: string) => parseCondition(text, 'where').holds(each);
  assert.deepEqual(
    ['lang=de', 'lang != de', 'age<10', 'age>=10', 'input.age=9', 'gone=x', 'gone!=x', 'length>3'].map(holds),
    [true, false, true, false, true, false, true, true],
  );
  assert.throws(() => parseCondition('lang', 'where'), { code: 'BAD_ARGUMENT' });
});

test('a schedule has every case and trial once, and each trial of all cases before the next', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 4 }),
      fc.string(),
      (cases, trials, seed) => {
        const schedule = scheduleUnits({ cases, trials, seed });
        const units = Array.from({ length: schedule.units }, (_, index) => schedule.at(index));
        assert.equal(
          new Set(units.map(({ position, trial }) => position * trials + trial)).size,
          cases * trials,
        );
        assert.deepEqual(
          units.map(({ trial }) => trial),
          units.map(({ trial }) => trial).toSorted((a, b) => a - b),
        );
      },
    ),
    { numRuns: 30 },
  );
});
