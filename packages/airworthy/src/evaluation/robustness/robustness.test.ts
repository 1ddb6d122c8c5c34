import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AirworthyError } from '../../kernel/errors.ts';
import { createRandom } from '../../stats/random.ts';
import { meanMetric, sampleOfValues } from '../measuring/sample-of-values.ts';
import { RobustnessRow } from '../report/schema.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { ModelCaller } from '../tasks/task.ts';
import { measureRobustness } from './measure-robustness.ts';
import { perturbCases } from './perturb-cases.ts';
import { addLookAlikes, addSpaces, addTypos, changeCase, negate } from './perturb-text.ts';
import { comparableAnswer, robustnessMetrics, robustnessSamples } from './robustness-samples.ts';
import { checkPerturbations, type Expectation, type PerturbationInput } from './schema.ts';

const caseOf = (id: string, input: unknown, rest: Partial<EvaluationCase> = {}): EvaluationCase => ({
  id,
  input,
  metadata: {},
  ...rest,
});

async function all(cases: AsyncIterable<EvaluationCase>): Promise<EvaluationCase[]> {
  const found: EvaluationCase[] = [];
  for await (const each of cases) found.push(each);
  return found;
}

async function perturbed(
  inputs: PerturbationInput[],
  cases: EvaluationCase[],
  models?: ModelCaller,
): Promise<EvaluationCase[]> {
  const perturbations = checkPerturbations(inputs);
  return all(perturbCases({ perturbations, seed: 1, ...(models ? { models } : {}) })(cases));
}

test('every text change changes something, the same for the same seed, and leaves what it must', () => {
  const changes = {
    typos: addTypos(0.1),
    spaces: addSpaces(0.2),
    lookAlikes: addLookAlikes(0.1),
    case: changeCase(),
  };
  fc.assert(
    fc.property(fc.stringMatching(/^Pace( [a-zA-Z]{1,9}){0,6}$/), fc.integer(), (text, seed) => {
      for (const [name, change] of Object.entries(changes)) {
        const changed = change(text, createRandom(seed));
        assert.ok(changed !== null && changed !== text, `${name}: ${text}`);
        assert.equal(changed, change(text, createRandom(seed)));
      }
      const spaced = changes.spaces(text, createRandom(seed));
      assert.equal(spaced?.split(/\s+/).join(' ').trim(), text);
      assert.equal(changes.case(text, createRandom(seed))?.toLowerCase(), text.toLowerCase());
      assert.equal([...(changes.lookAlikes(text, createRandom(seed)) ?? '')].length, text.length);
    }),
    { numRuns: 50 },
  );
  assert.deepEqual(
    [
      addTypos(1)('12 ?', createRandom(1)),
      addSpaces(1)(' ', createRandom(1)),
      changeCase()('123', createRandom(1)),
    ],
    [null, null, null],
  );
});

test('a negation comes in where there was none, and goes where there was one', () => {
  const pairs = [
    ['The flight is late.', 'The flight is not late.'],
    ['It was not late', 'It was late'],
    ['They aren’t here', 'They are here'],
    ['He arrives late', 'It is not the case that he arrives late'],
  ];
  for (const [text, negated] of pairs) assert.equal(negate(text, createRandom(1)), negated);
});

test('perturbed cases keep their parent as cluster, and come with their expectation', async () => {
  const cases = [
    caseOf('a', 'Is the parcel late today?', { expected: 'yes' }),
    caseOf('b', { text: 'short text here', size: 4 }, { cluster: 'k', expected: 'maybe' }),
  ];
  const inputs: PerturbationInput[] = [
    { kind: 'typos' },
    { kind: 'negation', expected: { yes: 'no', no: 'yes' } },
    { kind: 'field-order' },
  ];
  const made = await perturbed(inputs, cases);
  assert.deepEqual(
    made.map(({ id }) => id),
    ['a', 'a~typos', 'a~negation', 'b', 'b~typos', 'b~field-order'],
  );
  assert.deepEqual(
    made.map(({ cluster }) => cluster),
    ['a', 'a', 'a', 'k', 'k', 'k'],
  );
  const [, typos, negation, , , reordered] = made;
  assert.deepEqual(
    [typos.parent, typos.expected, typos.metadata],
    ['a', 'yes', { perturbation: 'typos', expectation: 'same' }],
  );
  assert.deepEqual([negation.input, negation.expected], ['Is not the parcel late today?', 'no']);
  assert.deepEqual(Object.keys(reordered.input as object), ['size', 'text']);
  // A case's perturbations do not depend on the others, nor on their order.
  assert.deepEqual(await perturbed(inputs, [cases[1]]), made.slice(3));
});

test('tables: noise, missing, units, unseen categories; of a conversation only what the user said', async () => {
  const row = caseOf('r', { distance: 100, delay: 0, carrier: 'AA', late: true });
  const kinds: PerturbationInput[] = [
    { kind: 'noise', strength: 0.5 },
    { kind: 'missing', strength: 0.01 },
    { kind: 'unit-scale', columns: ['distance'] },
    { kind: 'unseen-category' },
  ];
  const [, noise, missing, scaled, unseen] = (await perturbed(kinds, [row])).map(
    ({ input }) => input as Record<string, unknown>,
  );
  assert.ok(
    Number.isInteger(noise.distance) && noise.distance !== 100 && noise.delay === 0,
    `${noise.distance}`,
  );
  assert.equal(Object.values(missing).filter((value) => value === null).length, 1);
  assert.deepEqual(scaled, { distance: 100_000, delay: 0, carrier: 'AA', late: true });
  assert.deepEqual(unseen.carrier, 'never seen before');
  const messages = [
    { role: 'system', content: 'Be brief and kind' },
    { role: 'user', content: 'Where is my parcel' },
  ];
  const [, upper] = await perturbed([{ kind: 'case', to: 'upper' }], [caseOf('m', { messages })]);
  assert.deepEqual(upper.input, { messages: [messages[0], { role: 'user', content: 'WHERE IS MY PARCEL' }] });
  const [, onlyOne] = await perturbed(
    [{ kind: 'case', to: 'upper', columns: ['q'] }],
    [caseOf('q', { q: 'why', context: 'so' })],
  );
  assert.deepEqual(onlyOne.input, { q: 'WHY', context: 'so' });
});

test('a share of the cases is chosen by case; a model paraphrases each text once', async () => {
  const many = Array.from({ length: 400 }, (_, place) => caseOf(`c${place}`, 'some words here'));
  const count = (await perturbed([{ kind: 'typos', share: 0.25 }], many)).length - 400;
  assert.ok(count > 70 && count < 130, `${count}`);
  const asked: string[] = [];
  const models: ModelCaller = {
    async call({ body }) {
      const { messages } = body as { messages: { content: string }[] };
      asked.push(messages[1].content);
      const answer = { choices: [{ message: { content: ` In other words: ${messages[1].content}` } }] };
      return { body: answer, durationMs: 1, attempts: 1, cached: false, key: 'k', usage: {} };
    },
  };
  const extend = perturbCases({
    perturbations: checkPerturbations([
      { kind: 'paraphrase', endpoint: 'http://127.0.0.1:1/v1', model: 'm' },
    ]),
    seed: 1,
    models,
  });
  const first = await all(extend([caseOf('a', 'Hello there')]));
  assert.deepEqual(first, await all(extend([caseOf('a', 'Hello there')])));
  assert.deepEqual([first[1].input, asked], ['In other words: Hello there', ['Hello there']]);
});

test('bad settings are refused before anything is run', () => {
  const bad: [unknown, RegExp][] = [
    [{ kind: 'typo' }, /perturb\.0\.kind/],
    [{ kind: 'typos', strength: 2 }, /perturb\.0\.strength/],
    [{ kind: 'negation' }, /what is then expected/],
    [{ kind: 'typos', columns: [] }, /perturb\.0\.columns/],
  ];
  for (const [input, message] of bad) {
    assert.throws(
      () => checkPerturbations([input]),
      (error) =>
        error instanceof AirworthyError && error.code === 'SUITE_INVALID' && message.test(error.message),
    );
  }
  assert.throws(() => checkPerturbations([{ kind: 'typos' }, { kind: 'typos' }]), /two are called typos/);
});

test('invariance, direction, the worst of a case and its perturbations, and what they cost', () => {
  const origin = (id: string, parent?: string, perturbation?: string, expectation?: Expectation) => ({
    id,
    parent,
    perturbation,
    expectation,
  });
  const cases = Array.from({ length: 40 }, (_, place) => [
    origin(`${place}`),
    origin(`${place}~typos`, `${place}`, 'typos', 'same'),
    origin(`${place}~fare`, `${place}`, 'fare', 'lower'),
  ]).flat();
  // Every fourth answer falls to typos; every tenth number goes the wrong way; one has no answer at all.
  const answers = cases.map((_, position) => {
    const place = Math.floor(position / 3);
    if (position === 4) return undefined;
    return position % 3 === 0
      ? 10
      : position % 3 === 1
        ? place % 4 === 0
          ? 5
          : 10.05
        : place % 10 === 0
          ? 11
          : 9;
  });
  const clusters = cases.map((_, position) => Math.floor(position / 3));
  const right = cases.map((_, position) => (position % 3 === 1 && position % 4 === 1 ? 0 : 1));
  const exact = sampleOfValues(meanMetric('exact', { binary: true }), right, clusters);
  const data = { cases, answers, samples: [exact] };
  const [invariance, direction, worst] = robustnessSamples(data);
  assert.deepEqual(invariance.counts, { scored: 39, skipped: 80, unscorable: 0, error: 1 });
  assert.deepEqual(direction.values.filter((value) => value === 0).length, 4);
  assert.deepEqual([worst.metric.name, worst.counts.scored], ['exact/worst-case', 40]);
  assert.deepEqual(worst.values.filter((value) => value === 0).length, 10);
  assert.deepEqual(
    robustnessMetrics([{ expect: 'same' }, { expect: 'lower' }], [exact.metric]).map(({ name }) => name),
    ['invariance', 'direction', 'exact/worst-case'],
  );
  const rows = measureRobustness(data).map((row) => RobustnessRow.parse(row));
  assert.deepEqual(
    rows.map(({ perturbation, cases: count }) => [perturbation, count]),
    [
      ['all', 80],
      ['typos', 40],
      ['fare', 40],
    ],
  );
  const [, typos] = rows;
  assert.deepEqual(
    typos.held.map(({ name, n }) => [name, n]),
    [['invariance', 39]],
  );
  assert.ok((typos.held[0].low ?? 1) < 29 / 39 && (typos.held[0].high ?? 0) > 29 / 39);
  assert.deepEqual([typos.changes[0].improvement, typos.changes[0].n], [-0.25, 40]);
  assert.deepEqual(measureRobustness({ ...data, cases: cases.map(({ id }) => ({ id })) }), []);
});

test('answers are compared by what they say', () => {
  const same = [comparableAnswer({ value: ' Late.\n' }), comparableAnswer({ value: 'late' })];
  assert.equal(same[0], same[1]);
  assert.equal(comparableAnswer({ value: { b: 1, a: 2 } }), comparableAnswer({ value: { a: 2, b: 1 } }));
  assert.equal(comparableAnswer({ value: undefined }), undefined);
});
