import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AirworthyError } from '../kernel/errors.ts';
import type { Model, TreesEstimator } from './model.ts';
import { parseModel, serialiseModel } from './serialise-model.ts';
import { modelShapes, randomModel } from './testing/random-model.ts';

test('a model comes back from JSON exactly as it went', () => {
  fc.assert(
    fc.property(modelShapes, (shape) => {
      const model = randomModel(shape);
      assert.deepEqual(parseModel(serialiseModel(model)), model);
    }),
  );
});

const sound = randomModel({
  ...{ seed: 1, task: 'binary', estimator: 'boosting', categories: 5, features: 4, trees: 2, leaves: 4 },
} as const);

const damaged = (change: (model: Model, trees: TreesEstimator) => void) => {
  const model = structuredClone(sound);
  change(model, model.estimator as TreesEstimator);
  return JSON.stringify(model);
};

const damages: [what: string, text: string, message: RegExp][] = [
  ['half a file', serialiseModel(sound).slice(0, -40), /no JSON/],
  ['an empty file', '', /no JSON/],
  ['another format', damaged((model) => Object.assign(model, { format: 'airworthy-model/9' })), /format/],
  ['a key that is not ours', damaged((model) => Object.assign(model, { extra: 1 })), /extra/],
  [
    'a lost value',
    damaged((_, { trees }) => trees[0].threshold.pop()),
    /tree 0: its arrays differ in length/,
  ],
  [
    'a null in an array',
    damaged((_, { trees }) => Object.assign(trees[0].values, { 0: null })),
    /finite numbers/,
  ],
  [
    'a child that is not there',
    damaged((_, { trees }) => Object.assign(trees[0].left, { 0: 99 })),
    /a child is not there/,
  ],
  ['a cycle', damaged((_, { trees }) => Object.assign(trees[0].left, { 0: 0 })), /do not form a tree/],
  [
    'a feature that is not there',
    damaged((_, { trees }) => Object.assign(trees[0].feature, { 0: 9 })),
    /no feature 9/,
  ],
  ['a field that is not there', damaged((model) => Object.assign(model.features[0], { field: 'z' })), /"z"/],
  [
    'a link of another task',
    damaged((_, trees) => Object.assign(trees, { link: 'softmax' })),
    /does not fit/,
  ],
  ['a field named twice', damaged((model) => model.fields.push(model.fields[0])), /twice/],
];

for (const [what, text, message] of damages) {
  test(`a damaged model file is refused with a typed error: ${what}`, () => {
    assert.throws(
      () => parseModel(text),
      (error) => AirworthyError.is(error) && error.code === 'MODEL_INVALID' && message.test(error.message),
    );
  });
}

test('a number that JSON cannot carry is refused when written', () => {
  const model = structuredClone(sound);
  (model.estimator as TreesEstimator).trees[0].threshold[0] = Number.POSITIVE_INFINITY;
  assert.throws(() => serialiseModel(model), { code: 'MODEL_INVALID' });
});
