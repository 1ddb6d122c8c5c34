import { z } from 'zod';
import type { DatePart, Feature, Model } from './model.ts';
import { DATATYPES, type Signature } from './signature.ts';
import type { BoundedPart } from './table.ts';

const finite = z.number();

/** Arrays as long as a forest: checked in one loop, since a schema a number would take seconds. */
const numbers = z.custom<number[]>(isFiniteNumbers, 'should be an array of finite numbers');

function isFiniteNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => Number.isFinite(item));
}

const categories = z
  .array(z.string().min(1))
  .refine((names) => new Set(names).size === names.length, 'should not name a category twice');

const boundedParts = ['hour', 'minute-of-day', 'weekday', 'day', 'month', 'day-of-year'] as const;
const dateParts: z.ZodType<readonly BoundedPart[]> = z.array(z.enum(boundedParts));
const texts: z.ZodType<readonly string[]> = z.array(z.string());

/** A field of a record. */
export const fieldSchema = z.strictObject({
  name: z.string().min(1),
  kind: z.enum(['number', 'integer', 'boolean', 'category', 'timestamp']),
  nullable: z.boolean(),
  description: z.string().exactOptional(),
  unit: z.string().exactOptional(),
  minimum: finite.exactOptional(),
  maximum: finite.exactOptional(),
  categories: texts.exactOptional(),
  closed: z.boolean().exactOptional(),
  default: z.union([z.string(), z.number(), z.boolean()]).exactOptional(),
  parts: dateParts.exactOptional(),
});

/** What a model predicts. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('binary'),
    target: z.string(),
    classes: z.tuple([z.string(), z.string()]),
  }),
  z.strictObject({ kind: z.literal('multiclass'), target: z.string(), classes: z.array(z.string()).min(2) }),
  z.strictObject({ kind: z.literal('regression'), target: z.string(), unit: z.string().exactOptional() }),
]);

const tensor = z.strictObject({
  name: z.string(),
  datatype: z.enum(DATATYPES),
  shape: z.array(z.int()),
});

/** What a release takes and gives. */
export const signatureSchema: z.ZodType<Signature> = z.strictObject({
  fields: z.array(fieldSchema),
  task: taskSchema.nullable(),
  record: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()).exactOptional(),
  inputs: z.array(tensor),
  outputs: z.array(tensor),
});

const part: z.ZodType<DatePart> = z.enum([...boundedParts, 'epoch-day']);
const scaling = { mean: finite, scale: finite.refine((scale) => scale !== 0, 'should not be 0') };

const feature: z.ZodType<Feature> = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('number'), field: z.string(), impute: finite.exactOptional(), ...scaling }),
  z.strictObject({ op: z.literal('is-missing'), field: z.string() }),
  z.strictObject({
    op: z.literal('date-part'),
    field: z.string(),
    part,
    impute: finite.exactOptional(),
    ...scaling,
  }),
  z.strictObject({
    op: z.literal('date-part-is'),
    field: z.string(),
    part: z.enum(boundedParts),
    value: z.int(),
  }),
  z.strictObject({ op: z.literal('one-hot'), field: z.string(), category: z.string().min(1) }),
  z.strictObject({ op: z.literal('category-code'), field: z.string(), categories }),
  z
    .strictObject({
      op: z.literal('target-statistic'),
      field: z.string(),
      class: z.string().exactOptional(),
      categories,
      values: numbers,
      otherwise: finite,
      ...scaling,
    })
    .refine((statistic) => statistic.values.length === statistic.categories.length, {
      error: 'should have one value a category',
      path: ['values'],
    }),
]);

const link = z.enum(['identity', 'logistic', 'softmax']);

const tree = z.strictObject({
  output: z.int().min(-1),
  feature: numbers,
  threshold: numbers,
  left: numbers,
  right: numbers,
  missingLeft: numbers,
  values: numbers,
  cover: numbers,
  categories: z.array(numbers.nullable()).exactOptional(),
});

const estimator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('linear'),
    coefficients: z.array(numbers),
    intercepts: numbers,
    link,
  }),
  z.strictObject({
    kind: z.literal('trees'),
    learner: z.enum(['boosting', 'forest']),
    baseline: numbers,
    trees: z.array(tree),
    link,
  }),
  z.strictObject({ kind: z.literal('constant'), output: numbers }),
  z.strictObject({
    kind: z.literal('onnx'),
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'should be a sha256 digest'),
    inputs: z.discriminatedUnion('form', [
      z.strictObject({
        form: z.literal('columns'),
        tensors: z
          .array(
            z.strictObject({ name: z.string(), type: z.enum(['float32', 'float64', 'int64', 'string']) }),
          )
          .min(1),
      }),
      z.strictObject({ form: z.literal('matrix'), name: z.string(), type: z.enum(['float32', 'float64']) }),
    ]),
    output: z.strictObject({ name: z.string(), columns: z.int().min(1) }),
  }),
]);

/** The shape of a model file. What shape alone cannot tell, `findFaults` does. */
export const modelSchema: z.ZodType<Model> = z.strictObject({
  format: z.literal('airworthy-model/1'),
  task: taskSchema,
  threshold: finite.min(0).max(1).exactOptional(),
  fields: z.array(fieldSchema).min(1),
  features: z.array(feature),
  estimator,
});
