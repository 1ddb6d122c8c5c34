import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Scorer } from '../../models/scorer.ts';
import type { Table } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import { explainRows } from './explain-rows.ts';
import { type ExplanationResult, ExplanationSpec, type ExplanationSpecInput } from './schema.ts';
import {
  explanationId,
  findExplanation,
  getExplanation,
  listExplanations,
  saveExplanation,
} from './stored-explanations.ts';
import { shareCategories } from './tables.ts';

/** Every field has one derived column but the date, which has two. */
const FIELDS: Model['fields'] = [
  { name: 'date', kind: 'timestamp', nullable: false },
  { name: 'distance', kind: 'number', nullable: true },
  { name: 'origin', kind: 'category', nullable: true },
  { name: 'charter', kind: 'boolean', nullable: false },
];
const CATEGORIES = ['LGA', 'ORD', 'SFO'];

const FEATURES: Model['features'] = [
  { op: 'date-part', field: 'date', part: 'hour', mean: 0, scale: 1 },
  { op: 'date-part', field: 'date', part: 'weekday', mean: 0, scale: 1 },
  { op: 'number', field: 'distance', impute: 800, mean: 0, scale: 100 },
  { op: 'category-code', field: 'origin', categories: CATEGORIES },
  { op: 'number', field: 'charter', mean: 0, scale: 1 },
];

function treesOver(features: readonly number[], thresholds: readonly number[]) {
  return {
    output: 0,
    feature: [features[0], features[1], features[2], -1, -1, -1, -1],
    threshold: [...thresholds, 0, 0, 0, 0],
    left: [1, 3, 5, 0, 0, 0, 0],
    right: [2, 4, 6, 0, 0, 0, 0],
    missingLeft: [1, 0, 1, 0, 0, 0, 0],
    values: [0, 0, 0, -1.25, 0.5, 0.1, 0.7],
    cover: [10, 5, 5, 3, 2, 3, 2],
  };
}

/** One derived column a field, so that values by structure are those by scoring. */
const REGRESSION: Model = {
  format: 'airworthy-model/1',
  task: { kind: 'regression', target: 'delay', unit: 'minutes' },
  fields: FIELDS,
  features: FEATURES,
  estimator: {
    kind: 'trees',
    learner: 'boosting',
    baseline: [0.1],
    trees: [treesOver([0, 2, 3], [11.5, 7, 0.5]), treesOver([2, 4, 0], [9, 0.5, 17.5])],
    link: 'identity',
  },
};

const LINEAR: Model = {
  ...REGRESSION,
  task: { kind: 'binary', target: 'late', classes: ['false', 'true'] },
  features: FEATURES.filter(({ op }) => op !== 'category-code'),
  estimator: { kind: 'linear', coefficients: [[0.1, -0.2, 0.05, 0.7]], intercepts: [-1], link: 'logistic' },
};

function randomTable(seed: number, rows: number): Table {
  const random = createRandom(seed);
  const records = Array.from({ length: rows }, () => ({
    date: Date.UTC(2001, 0, 1) + random.integer(30 * 24 * 60) * 60_000,
    distance: random.next() < 0.1 ? null : 100 + random.integer(2_000),
    origin: random.next() < 0.1 ? null : CATEGORIES[random.integer(3)],
    charter: random.next() < 0.5,
  }));
  return recordsToTable(FIELDS, records);
}

async function explain(
  model: Model,
  input: ExplanationSpecInput,
  { scorer = compileModel(model), rows = 6, y }: { scorer?: Scorer; rows?: number; y?: Float64Array } = {},
) {
  await using context = testContext();
  const spec = ExplanationSpec.parse(input);
  const [background, explained] = shareCategories(FIELDS, [randomTable(1, 40), randomTable(2, rows)]);
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const measured = y ? { measured: { metric: 'mae' as const, y } } : {};
  return explainRows(context, {
    spec,
    model,
    scorer,
    background,
    rows: explained,
    numbers,
    output: 0,
    ...measured,
  });
}

function of<Kind extends ExplanationResult['kind']>(kind: Kind, { result }: { result: ExplanationResult }) {
  assert.equal(result.kind, kind);
  return result as Extract<ExplanationResult, { kind: Kind }>;
}

describe('Shapley values of a record', () => {
  test('by structure and by trying all sets of fields are the same, and add up', async () => {
    const found = await explain(REGRESSION, {});
    const byStructure = of('shap', found);
    const byScoring = of('shap', await explain(REGRESSION, { algorithm: 'exact' }));
    assert.deepEqual([byStructure.algorithm, found.calls.made], ['tree-interventional', 0]);
    for (const [at, row] of byStructure.rows.entries()) {
      const total = row.values.reduce((sum, value) => sum + value, byStructure.base);
      assert.ok(Math.abs(total - row.output) < 1e-12);
      for (const [field, value] of row.values.entries())
        assert.ok(Math.abs(value - byScoring.rows[at].values[field]) < 1e-12, `row ${at}, field ${field}`);
    }
    assert.ok(byStructure.residual <= byStructure.tolerance);
  });

  test('what is derived from a field adds up to it; a logistic model is explained in margins', async () => {
    const { units, features, rows } = of('shap', await explain(LINEAR, {}));
    assert.equal(units, 'margin');
    assert.deepEqual(features[0], { name: 'date', derived: ['date.hour', 'date.weekday'] });
    for (const { values, derived, output, probability } of rows) {
      assert.ok(Math.abs(values[0] - (derived![0][0] + derived![0][1])) < 1e-15);
      assert.ok(Math.abs(probability! - 1 / (1 + Math.exp(-output))) < 1e-15);
    }
  });

  test('sampled values carry their errors; an unfit algorithm is refused', async () => {
    const { calls, ...found } = await explain(LINEAR, { algorithm: 'permutation' });
    const { rows, units } = of('shap', found);
    assert.equal(units, 'probability');
    assert.ok(rows[0].errors!.every((error) => error >= 0));
    assert.equal(calls.made, calls.planned);
    const code = 'EXPLANATION_NOT_POSSIBLE';
    await assert.rejects(explain(LINEAR, { algorithm: 'tree-interventional' }), { code });
    await assert.rejects(explain(REGRESSION, { algorithm: 'linear' }), { code });
  });

  test('an option that would change nothing is refused', async () => {
    const unfit = { code: 'BAD_ARGUMENT', message: /"fields" has no meaning for the method "shap"/ };
    await assert.rejects(explain(LINEAR, { fields: ['distance'] }), unfit);
    await assert.rejects(explain(LINEAR, { rows: [1], sample: 3 }), /give one of them/);
  });

  test('what would cost more than allowed is refused before the model is asked', async () => {
    let asked = 0;
    const { width, scoreTable } = compileModel(LINEAR);
    const count = (table: Table) => {
      asked++;
      return scoreTable(table);
    };
    const scorer = { width, scoreTable: count };
    const spec = { algorithm: 'exact', maxCalls: 100 } as const;
    await assert.rejects(explain(LINEAR, spec, { scorer }), { code: 'EXPLANATION_TOO_COSTLY' });
    assert.equal(asked, 0);
  });
});

test('permutation importance: what the model loses without each field, and without a group of them', async () => {
  const rows = 200;
  const y = compileModel(REGRESSION).scoreTable(randomTable(2, rows));
  const model = REGRESSION;
  const spec: ExplanationSpecInput = { method: 'permutation', groups: [['distance', 'origin']], repeats: 3 };
  const { features, score } = of('permutation', await explain(model, spec, { rows, y }));
  assert.equal(score, 0);
  assert.deepEqual(features.map(({ name }) => name).sort(), ['charter', 'date', 'distance + origin']);
  for (const { importance, values, sd } of features) {
    assert.ok(importance > 0 && sd > 0);
    assert.equal(values.length, 3);
  }
  await assert.rejects(explain(model, { method: 'permutation' }), { code: 'EXPLANATION_NOT_POSSIBLE' });
  await assert.rejects(
    explain(model, { ...spec, groups: [['distanec']] }, { rows, y }),
    /did you mean "distance"/,
  );
});

test('curves: partial dependence, individual and accumulated, of fields and of the hour of a time', async () => {
  const pdp = of('pdp', await explain(LINEAR, { method: 'pdp' }, { rows: 30 }));
  assert.deepEqual(
    pdp.fields.map(({ field, scale }) => [field, scale]),
    [
      ['date.hour', 'number'],
      ['date.weekday', 'number'],
      ['distance', 'number'],
      ['origin', 'category'],
      ['charter', 'number'],
    ],
  );
  const [hour, weekday, distance, origin] = pdp.fields;
  assert.ok(hour.average.every((value, at) => at === 0 || value > hour.average[at - 1]));
  assert.ok(weekday.average.every((value, at) => at === 0 || value < weekday.average[at - 1]));
  assert.ok(
    distance.low.every((low, at) => low <= distance.average[at] && distance.average[at] <= distance.high[at]),
  );
  assert.deepEqual([...origin.grid].sort(), CATEGORIES);
  assert.equal(new Set(origin.average).size, 1);

  const ice = of('ice', await explain(LINEAR, { method: 'ice', fields: ['distance'] }));
  assert.equal(ice.fields[0].curves.length, 6);
  assert.ok(ice.fields[0].curves.every(({ values }) => values[0] === 0 && values.at(-1)! > 0));

  const ale = of('ale', await explain(LINEAR, { method: 'ale' }, { rows: 60 }));
  assert.deepEqual(
    ale.skipped.map(({ field }) => field),
    ['origin'],
  );
  const [byHour] = ale.fields;
  assert.ok(byHour.effect[0] < 0 && byHour.effect.at(-1)! > 0);
  await assert.rejects(explain(LINEAR, { method: 'ale', fields: ['origin'] }), {
    code: 'EXPLANATION_NOT_POSSIBLE',
  });
});

test('LIME of fields finds what the model uses; of words too; where nothing fits it shows nothing and says why', async () => {
  const lime = of('lime', await explain(REGRESSION, { method: 'lime', rows: [0] }, { rows: 1 }));
  for (const row of lime.rows) {
    if (row.shown) assert.ok(row.terms.length > 0 && row.r2 >= 0.3);
    else assert.ok(row.reason !== null && row.terms.length === 0);
  }

  const text: Model = {
    ...LINEAR,
    fields: [{ name: 'message', kind: 'category', nullable: false }],
    features: [],
  };
  const words = ['please', 'refund', 'my', 'late', 'parcel', 'today'];
  const askWords = (weigh: (text: string) => number): Scorer => ({
    width: 1,
    scoreTable({ columns, rows }) {
      const { message } = columns;
      assert.ok(message.kind === 'category');
      return Float64Array.from({ length: rows }, (_, row) => weigh(message.categories[message.codes[row]]));
    },
  });
  await using context = testContext();
  const table = recordsToTable(text.fields, [{ message: words.join(' ') }]);
  const ask = (scorer: Scorer) =>
    explainRows(context, {
      ...{ spec: ExplanationSpec.parse({ method: 'lime-text' }), model: text, scorer },
      ...{ background: table, rows: table, numbers: [null], output: 0 },
    });
  const refunds = askWords(
    (message) => 0.1 + 0.6 * Number(/refund/.test(message)) + 0.2 * Number(/late/.test(message)),
  );
  const { rows } = of('lime', await ask(refunds));
  assert.deepEqual(
    rows[0].terms.slice(0, 2).map(({ name }) => name),
    ['refund', 'late'],
  );
  const parity = askWords((message) => (message.split(' ').length % 2 === 0 ? 0.9 : 0.1));
  const [refused] = of('lime', await ask(parity)).rows;
  assert.deepEqual([refused.shown, refused.terms], [false, []]);
  assert.match(refused.reason ?? '', /explains \d+ %/);
});

test('an explanation is kept under the question that it answers', async () => {
  await using context = testContext();
  const { result, calls, caveats, backgroundRows } = await explain(LINEAR, { rows: [1] });
  const spec = ExplanationSpec.parse({ rows: [1] });
  const bundle = 'a'.repeat(64);
  const id = explanationId(bundle, spec);
  const common = {
    model: 'flights',
    version: 1,
    bundle,
    class: 'true',
    unit: null,
    dataset: { name: 'flights', version: 'b' },
  };
  const explanation = { id, spec, ...common, result, calls, caveats, backgroundRows, createdAt: 5 };
  await saveExplanation(context, explanation);
  await saveExplanation(context, { ...explanation, createdAt: 6 });
  assert.deepEqual(await getExplanation(context, id), explanation);
  assert.equal(await findExplanation(context, explanationId(bundle, { ...spec, seed: 2 })), undefined);
  const listed = await listExplanations(context, { model: 'flights', limit: 10 });
  assert.deepEqual(
    listed.map((item) => [item.id, item.method, item.createdAt]),
    [[id, 'shap', 5]],
  );
  assert.deepEqual(await listExplanations(context, { limit: 10, before: { at: 5, id } }), []);
  await assert.rejects(getExplanation(context, 'f'.repeat(32)), { code: 'EXPLANATION_NOT_FOUND' });
});
