import fc from 'fast-check';
import type { DatePart, Estimator, Feature, Link, Model, Tree } from '../model.ts';
import { type Field, outputWidth, type Table, type Task } from '../table.ts';
import { DATE_PART_RANGES } from '../timestamps.ts';

/** A seeded stream of uniform numbers in [0, 1) (mulberry32), enough for test data. */
export function randomStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;
const below = (random: Random, limit: number) => Math.floor(random() * limit);
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[below(random, items.length)];
const spread = (random: Random) => (random() - 0.5) * 10 ** below(random, 4);

/** What a random model is made of; everything else follows from the seed. */
export interface ModelShape {
  seed: number;
  task: Task['kind'];
  estimator: 'linear' | 'boosting' | 'forest' | 'constant';
  categories: number;
  features: number;
  trees: number;
  leaves: number;
}

export const modelShapes: fc.Arbitrary<ModelShape> = fc.record({
  seed: fc.nat(),
  task: fc.constantFrom('binary', 'multiclass', 'regression'),
  estimator: fc.constantFrom('boosting', 'linear', 'forest', 'constant'),
  categories: fc.constantFrom(1, 2, 5, 31, 33, 65, 250),
  features: fc.integer({ min: 1, max: 12 }),
  trees: fc.integer({ min: 0, max: 8 }),
  leaves: fc.integer({ min: 1, max: 24 }),
});

/** A valid model of the given shape, of fields of every kind. */
export function randomModel(shape: ModelShape): Model {
  const random = randomStream(shape.seed);
  const known = Array.from({ length: shape.categories }, (_, index) => `category ${index}`);
  const field = (name: string, kind: Field['kind']): Field => ({ name, kind, nullable: true });
  const fields = [
    field('x', 'number'),
    field('y', 'number'),
    field('count', 'integer'),
    field('flag', 'boolean'),
    field('time', 'timestamp'),
    { ...field('place', 'category'), categories: known },
    { ...field('colour', 'category'), categories: ['red', 'green'] },
  ];
  const features = Array.from({ length: shape.features }, () => randomFeature(random, fields));
  const task = randomTask(shape.task);
  const threshold = task.kind === 'binary' && random() < 0.5 ? { threshold: random() } : {};
  const estimator = randomEstimator(random, shape, task, features);
  return { format: 'airworthy-model/1', task, ...threshold, fields, features, estimator };
}

function randomTask(kind: Task['kind']): Task {
  if (kind === 'binary') return { kind, target: 'late', classes: ['false', 'true'] };
  return kind === 'multiclass'
    ? { kind, target: 'kind', classes: ['a', 'b', 'c'] }
    : { kind, target: 'price' };
}

const PARTS = ['hour', 'minute-of-day', 'weekday', 'day', 'month', 'day-of-year', 'epoch-day'] as const;

function randomFeature(random: Random, fields: readonly Field[]): Feature {
  const { name: field, kind, categories = [] } = pick(random, fields);
  const scaling =
    random() < 0.5 ? { mean: 0, scale: 1 } : { mean: spread(random), scale: 0.1 + random() * 3 };
  const imputing = random() < 0.5 ? { impute: spread(random) } : {};
  if (random() < 0.15) return { op: 'is-missing', field };
  if (kind === 'timestamp') {
    const part: DatePart = pick(random, PARTS);
    if (part === 'epoch-day' || random() < 0.6)
      return { op: 'date-part', field, part, ...imputing, ...scaling };
    return { op: 'date-part-is', field, part, value: DATE_PART_RANGES[part][0] + below(random, 7) };
  }
  if (kind !== 'category') return { op: 'number', field, ...imputing, ...scaling };
  const some = categories.filter(() => random() < 0.8);
  const list = some.length > 0 ? some : categories.slice(0, 1);
  if (random() < 0.25) return { op: 'one-hot', field, category: pick(random, list) };
  if (random() < 0.6) return { op: 'category-code', field, categories: list };
  const values = list.map(() => random());
  return { op: 'target-statistic', field, categories: list, values, otherwise: random(), ...scaling };
}

function randomEstimator(random: Random, shape: ModelShape, task: Task, features: Feature[]): Estimator {
  const outputs = outputWidth(task);
  const numbers = () => Array.from({ length: outputs }, () => spread(random) / 10);
  const link: Link =
    task.kind === 'regression' ? 'identity' : task.kind === 'binary' ? 'logistic' : 'softmax';
  switch (shape.estimator) {
    case 'constant':
      return { kind: 'constant', output: Array.from({ length: outputs }, random) };
    case 'linear': {
      const coefficients = Array.from({ length: outputs }, () => features.map(() => spread(random) / 10));
      return { kind: 'linear', coefficients, intercepts: numbers(), link };
    }
    default: {
      const isForest = shape.estimator === 'forest';
      const trees = Array.from({ length: shape.trees }, (_, index) => {
        const output = isForest && outputs > 1 ? -1 : index % outputs;
        return randomTree(random, shape.leaves, output, outputs, features);
      });
      if (!isForest) return { kind: 'trees', learner: 'boosting', baseline: numbers(), trees, link };
      const shares = trees.map((tree) => ({
        ...tree,
        values: tree.values.map((value) => value / trees.length),
      }));
      const baseline = new Array<number>(outputs).fill(0);
      return { kind: 'trees', learner: 'forest', baseline, trees: shares, link: 'identity' };
    }
  }
}

function randomTree(
  random: Random,
  leaves: number,
  output: number,
  outputs: number,
  features: Feature[],
): Tree {
  const tree: Tree = {
    ...{ output, feature: [], threshold: [], left: [], right: [], missingLeft: [], values: [], cover: [] },
    categories: [],
  };
  const addLeaf = (): number => {
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.missingLeft.push(0);
    tree.cover.push(1);
    tree.categories?.push(null);
    for (let k = 0; k < (output === -1 ? outputs : 1); k++) tree.values.push(random());
    return tree.feature.push(-1) - 1;
  };
  const open = [addLeaf()];
  while (open.length < leaves) {
    const [node] = open.splice(below(random, open.length), 1);
    split(random, tree, node, features);
    tree.left[node] = addLeaf();
    tree.right[node] = addLeaf();
    open.push(tree.left[node], tree.right[node]);
  }
  return tree;
}

function split(random: Random, tree: Tree, node: number, features: readonly Feature[]): void {
  const column = below(random, features.length);
  const feature = features[column];
  tree.feature[node] = column;
  tree.missingLeft[node] = random() < 0.5 ? 1 : 0;
  if (feature.op !== 'category-code') {
    tree.threshold[node] = feature.op === 'date-part' ? below(random, 31) : spread(random);
    return;
  }
  const share = random();
  tree.categories![node] = [...feature.categories.keys()].filter(() => random() < share);
}

/** Rows that look for trouble: missing, infinite, unseen, at thresholds and at their float32 neighbours. */
export function troublesomeTable(model: Model, seed: number, rows: number): Table {
  const random = randomStream(seed);
  const numbers = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    1,
    ...thresholdsOf(model),
  ];
  const columns = model.fields.map((field) => {
    if (field.kind === 'category') {
      const categories = [...(field.categories ?? []), 'never seen', ''];
      const codes = Int32Array.from({ length: rows }, () => below(random, categories.length + 1) - 1);
      return [field.name, { kind: 'category', codes, categories }] as const;
    }
    const draw = field.kind === 'timestamp' ? () => randomTime(random) : () => randomNumber(random, numbers);
    const kind = field.kind === 'timestamp' ? ('timestamp' as const) : ('number' as const);
    return [field.name, { kind, values: Float64Array.from({ length: rows }, draw) }] as const;
  });
  return { rows, columns: Object.fromEntries(columns) };
}

function thresholdsOf({ estimator }: Model): number[] {
  if (estimator.kind !== 'trees') return [];
  const thresholds = estimator.trees.flatMap((tree) => tree.threshold.filter((value) => value !== 0));
  return thresholds.flatMap((value) => [value, ...float32Neighbours(value)]);
}

/** The value rounded to float32, and the float32 numbers above and below that. */
function float32Neighbours(value: number): number[] {
  const single = new Float32Array([value]);
  const bits = new Int32Array(single.buffer);
  const around = [single[0]];
  bits[0] += 1;
  around.push(single[0]);
  bits[0] -= 2;
  around.push(single[0]);
  return around;
}

function randomNumber(random: Random, special: readonly number[]): number {
  return random() < 0.6 ? pick(random, special) : spread(random);
}

function randomTime(random: Random): number {
  if (random() < 0.2) {
    return pick(random, [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1e300,
      -1,
      0,
      8.64e15,
      -8.64e15,
    ]);
  }
  const [first, last] = [Date.UTC(1600, 0, 1), Date.UTC(2400, 11, 31)];
  const time = first + random() * (last - first);
  const day = Math.floor(time / 86_400_000) * 86_400_000;
  return pick(random, [time, Math.floor(time), day, day - 1]);
}
