import { z } from 'zod';
import {
  CASES_SHOWN,
  CaseDetails,
  CaseItem,
  EvaluationItem,
  listCases,
  listEvaluations,
  listSuites,
  readCase,
  readReport,
  SuiteItem,
  SuiteReport,
} from '../../evaluation/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, readNumberCursor, toPage, wholeNumber, writeCursor } from './query.ts';
import { pageOf } from './schema.ts';

const Name = z.string().min(1).max(200);
const Params = z.strictObject({ evaluation: z.string().min(8).max(64) });
/** Where a page of evaluations ended. */
const Place = z.strictObject({ startedAt: z.int(), id: z.string() });

const suites = operation({
  method: 'GET',
  path: '/suites',
  id: 'listSuites',
  summary: 'Suites that were evaluated, by name, each with its newest evaluations.',
  query: z.strictObject(paging),
  answer: pageOf(SuiteItem),
  async run({ context }, { query: { limit, after } }) {
    return toPage(await listSuites(context, { limit: limit + 1, after }), limit, ({ name }) => name);
  },
});

const evaluations = operation({
  method: 'GET',
  path: '/evaluations',
  id: 'listEvaluations',
  summary: 'Evaluations of suites, newest first.',
  query: z.strictObject({ ...paging, suite: Name.optional() }),
  answer: pageOf(EvaluationItem),
  async run({ context }, { query: { limit, after, suite } }) {
    const found = await listEvaluations(context, {
      suite,
      limit: limit + 1,
      after: readCursor(after, Place),
    });
    return toPage(found, limit, ({ startedAt, id }) => writeCursor({ startedAt, id }));
  },
});

const show = operation({
  method: 'GET',
  path: '/evaluations/:evaluation',
  id: 'getEvaluation',
  summary: 'An evaluation: its verdicts, its metrics with intervals, slices, regressions.',
  params: Params,
  answer: SuiteReport,
  run: ({ context }, { params }) => readReport(context, params.evaluation),
});

const cases = operation({
  method: 'GET',
  path: '/evaluations/:evaluation/cases',
  id: 'listEvaluationCases',
  summary: 'Its cases with one task’s answers and scores, beside those of what it is compared with.',
  params: Params,
  query: z.strictObject({
    ...paging,
    task: Name.optional().describe('The first where absent.'),
    show: z.enum(CASES_SHOWN).default('all'),
    metric: Name.optional().describe('By which a case is right or wrong; the first where absent.'),
    code: Name.optional().describe('Typed error code of the task or of a wrong answer.'),
    slice: z.string().min(1).max(500).optional().describe('`lang=de`'),
    text: z.string().min(1).max(500).optional().describe('A part of id, input or expected.'),
  }),
  answer: pageOf(CaseItem),
  async run({ context }, { params, query: { limit, after, ...asked } }) {
    const found = await listCases(context, params.evaluation, {
      ...asked,
      ...{ limit: limit + 1, after: readNumberCursor(after) },
    });
    return toPage(found, limit, ({ position }) => position);
  },
});

const oneCase = operation({
  method: 'GET',
  path: '/evaluations/:evaluation/cases/:position',
  id: 'getEvaluationCase',
  summary: 'A case: every trial of every task, scores with their reasons, and the same case in the baseline.',
  params: Params.extend({ position: wholeNumber(0, 1_000_000_000) }),
  answer: CaseDetails,
  run: ({ context }, { params }) => readCase(context, params.evaluation, params.position),
});

export const EVALUATION_OPERATIONS: readonly Operation[] = [suites, evaluations, show, cases, oneCase];
