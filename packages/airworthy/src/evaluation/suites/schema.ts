import { z } from 'zod';
import { isRecord } from '../../kernel/is-record.ts';
import { SuiteGate } from '../gates/schema.ts';
import { Embedder, JudgeModel } from '../judging/judge-model.ts';
import type { Scorer } from '../scoring/scorer.ts';
import type { Task, TaskContext, TaskOutput } from '../tasks/task.ts';
import type { EvaluationCase } from './evaluation-case.ts';

const Name = z
  .string()
  .min(1)
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._:@/-]*$/u,
    'a name begins with a letter or digit, then also . _ : @ / - and spaces',
  );

const isFunction = (value: unknown): boolean => typeof value === 'function';

/** A case as a suite writes it; keys that are not named here become metadata. */
export interface CaseInput<Input = unknown, Expected = unknown> {
  id?: string | number;
  input: Input;
  expected?: Expected;
  metadata?: Readonly<Record<string, unknown>>;
  cluster?: string;
  [other: string]: unknown;
}

type Cases<Input, Expected> =
  | Iterable<CaseInput<Input, Expected>>
  | AsyncIterable<CaseInput<Input, Expected>>;

/** Gives the cases each time it is called: the same ones, in the same order. */
export type CaseSource<Input = unknown, Expected = unknown> = () =>
  | Cases<Input, Expected>
  | Promise<Cases<Input, Expected>>;

/** A task as a function of one's own: the answer itself, or an answer with tool calls, steps and usage beside it. */
export type TaskFunction<Input = unknown> = (
  input: Input,
  context: TaskContext & { case: EvaluationCase },
) => unknown;

/** A condition on a case. */
export type CaseTest = (each: EvaluationCase) => boolean;
export type CaseKey = (each: EvaluationCase) => string | number | null | undefined;

const Columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const DatasetReference = z.strictObject({
  dataset: z.string().min(1).describe('Name of a dataset of this project.'),
  version: z
    .union([z.int().min(1), z.string().min(1)])
    .optional()
    .describe('Its number or digest; the newest where absent.'),
  split: z
    .enum(['train', 'test'])
    .optional()
    .describe('Only rows of this side of the newest split of the version; all rows where absent.'),
  input: Columns.optional().describe(
    'The column that is the input, or those it is made of; all others where absent (with those of `metadata` where the dataset has a target).',
  ),
  expected: z
    .string()
    .min(1)
    .optional()
    .describe('The column with what is expected; the target where absent.'),
  id: z.string().min(1).optional().describe('The column with ids of rows.'),
  metadata: Columns.optional().describe('Columns that go along for slices and clusters.'),
});
export type DatasetReference = z.infer<typeof DatasetReference>;

export const CaseRole = z.enum(['dev', 'regression', 'held-out']);
export type CaseRole = z.infer<typeof CaseRole>;

const Share = z.number().gt(0).lte(1);

const Roles = z.union([
  z.strictObject({ by: z.literal('column'), column: z.string().min(1) }),
  z.strictObject({
    shares: z
      .strictObject({ dev: Share.optional(), regression: Share.optional(), 'held-out': Share.optional() })
      .refine(
        (shares) =>
          Math.abs(Object.values(shares).reduce<number>((sum, share = 0) => sum + share, 0) - 1) < 1e-9,
        'the shares add up to 1',
      ),
  }),
]);

const SuiteSliceInput = z.union([
  z.string().min(1),
  z.strictObject({
    name: Name,
    where: z.union([
      z.string().min(1),
      z.custom<CaseTest>(isFunction, 'a function or a condition such as lang=de'),
    ]),
  }),
]);

/** A suite as it is written, in TypeScript or YAML. */
export const SuiteInput = z.strictObject({
  name: Name,
  description: z.string().max(10_000).optional(),
  dataset: z.union([
    z.array(z.custom<CaseInput>(isRecord, 'a case is an object with an input')),
    z.custom<CaseSource>(
      isFunction,
      'a list of cases, a function that gives them, a file, or { dataset: name }',
    ),
    z.string().min(1),
    DatasetReference,
  ]),
  role: CaseRole.optional(),
  roles: Roles.optional(),
  task: z
    .custom<TaskDefinition>(
      (value) => isFunction(value) || isRecord(value),
      'a function or a task such as { model, prompt }',
    )
    .optional(),
  tasks: z
    .record(
      Name,
      z.custom<TaskDefinition>(
        (value) => isFunction(value) || isRecord(value),
        'a function or a task such as { model, prompt }',
      ),
    )
    .refine((tasks) => Object.keys(tasks).length > 0, 'at least one task')
    .optional(),
  judge: JudgeModel.optional().describe('Who judges for scorers that name no judge of their own.'),
  embedder: Embedder.optional().describe('What embeds for scorers that name no embedder of their own.'),
  scorers: z
    .array(
      z.custom<ScorerDefinition>(
        (value) => typeof value === 'string' || isFunction(value) || isRecord(value),
        'the name of a scorer, a scorer with its settings, or a function',
      ),
    )
    .min(1),
  trials: z.int().min(1).max(1_000).default(1),
  cluster: z
    .union([
      z.string().min(1),
      z.custom<CaseKey>(isFunction, 'a key such as metadata.conversation, or a function'),
    ])
    .optional(),
  slices: z.array(SuiteSliceInput).max(100).default([]),
  gates: z.array(SuiteGate).max(100).default([]),
  confidence: z.number().min(0.5).max(0.9999).default(0.95),
  baseline: Name.default('main'),
  concurrency: z.int().min(1).max(10_000).default(16),
  timeoutSeconds: z.number().positive().max(86_400).default(60),
  limits: z
    .strictObject({
      requestsPerMinute: z.number().positive().optional(),
      tokensPerMinute: z.number().positive().optional(),
      errorRate: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  budget: z
    .strictObject({
      cost: z.number().positive().optional(),
      tokens: z.number().positive().optional(),
      requests: z.int().positive().optional(),
      seconds: z.number().positive().optional(),
    })
    .prefault({}),
  seed: z.union([z.int(), z.string().min(1).max(100)]).default(1),
  overlapWith: z.array(z.string().min(1)).default([]),
  heldOutBudget: z.int().min(1).max(1_000).default(20),
  perturb: z
    .array(z.custom<Readonly<Record<string, unknown>>>(isRecord, 'a perturbation such as { kind: "typos" }'))
    .default([]),
});

/** As evaluated: every default filled in. */
export type CheckedSuite = z.output<typeof SuiteInput>;

/** Whatever `evaluation/tasks` makes a task of. */
export type TaskDefinition<Input = unknown> = TaskFunction<Input> | Readonly<Record<string, unknown>> | Task;

/** Whatever `evaluation/scoring` makes a scorer of. */
export type ScorerDefinition =
  | string
  | Readonly<Record<string, unknown>>
  | Scorer
  | ((each: EvaluationCase, output: TaskOutput, context: never) => unknown);

/** A suite in TypeScript: the same keys, with the types of its own cases. */
export interface SuiteDefinition<Input = unknown, Expected = unknown>
  extends Omit<z.input<typeof SuiteInput>, 'dataset' | 'task' | 'tasks'> {
  dataset:
    | readonly CaseInput<Input, Expected>[]
    | CaseSource<Input, Expected>
    | string
    | z.input<typeof DatasetReference>;
  task?: TaskDefinition<Input>;
  tasks?: Readonly<Record<string, TaskDefinition<Input>>>;
}
