import { z } from 'zod';
import {
  Explanation,
  ExplanationItem,
  ExplanationSpec,
  getExplanation,
  listExplanations,
} from '../../evaluation/index.ts';
import { explainModel } from '../../lifecycle/explain-model.ts';
import { RegisteredName } from '../../registry/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, toPage, writeCursor } from './query.ts';
import { pageOf } from './schema.ts';

/** Where a page of explanations ended. */
const Place = z.strictObject({ at: z.int(), id: z.string() });

const list = operation({
  method: 'GET',
  path: '/explanations',
  id: 'listExplanations',
  summary: 'How models were looked into, newest first, without the results.',
  query: z.strictObject({
    ...paging,
    model: RegisteredName.optional(),
    bundle: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be a sha256 digest')
      .optional(),
  }),
  answer: pageOf(ExplanationItem),
  async run({ context }, { query: { limit, after, model, bundle } }) {
    const before = readCursor(after, Place);
    const found = await listExplanations(context, { model, bundle, before, limit: limit + 1 });
    return toPage(found, limit, ({ createdAt, id }) => writeCursor({ at: createdAt, id }));
  },
});

const show = operation({
  method: 'GET',
  path: '/explanations/:explanation',
  id: 'getExplanation',
  summary: 'An explanation with its result.',
  params: z.strictObject({ explanation: z.string().min(1).max(64) }),
  answer: Explanation,
  run: ({ context }, { params }) => getExplanation(context, params.explanation),
});

const explain = operation({
  method: 'POST',
  path: '/explanations',
  id: 'explainModel',
  summary: 'Explains a model; the same question about the same bundle gets the answer it had.',
  body: ExplanationSpec.extend({
    model: z.string().min(1).max(300).describe('`name`, `name@alias` or `name@version`.'),
  }),
  answer: Explanation,
  run: ({ context, project }, { body: { model, ...spec } }) => explainModel(context, project, model, spec),
});

export const EXPLANATION_OPERATIONS: readonly Operation[] = [list, show, explain];
