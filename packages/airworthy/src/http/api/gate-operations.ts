import { z } from 'zod';
import {
  Baseline,
  BlessRequest,
  bless,
  HeldOutLook,
  listBaselines,
  listLooks,
  listSuiteVerdicts,
  SuiteReport,
} from '../../evaluation/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, toPage, writeCursor } from './query.ts';
import { pageOf } from './schema.ts';

const Name = z.string().min(1).max(200);
const SuiteParams = z.strictObject({ suite: Name });
/** Where a page ended. */
const Place = z.strictObject({ at: z.int(), id: z.string() });
const Said = z.strictObject({ at: z.int(), position: z.int(), id: z.string() });
const Move = z.strictObject({ at: z.int(), name: z.string(), sequence: z.int() });

const DatedVerdict = SuiteReport.shape.verdicts.element.extend({
  at: z.int(),
  /** The number of its evaluation in the suite. */
  number: z.int(),
  /** Among the verdicts of its evaluation. */
  position: z.int(),
});

const verdicts = operation({
  method: 'GET',
  path: '/suites/:suite/verdicts',
  id: 'listSuiteVerdicts',
  summary: 'What the gates of a suite said, the latest first.',
  params: SuiteParams,
  query: z.strictObject({ ...paging, gate: Name.optional() }),
  answer: pageOf(DatedVerdict),
  async run({ context }, { params, query: { limit, after, gate } }) {
    const before = readCursor(after, Said);
    const found = await listSuiteVerdicts(context, { ...params, gate, before, limit: limit + 1 });
    return toPage(found, limit, ({ at, position, id }) => writeCursor({ at, position, id }));
  },
});

const baselines = operation({
  method: 'GET',
  path: '/suites/:suite/baselines',
  id: 'listBaselines',
  summary: 'Where the baselines of a suite point and pointed, the latest move first.',
  params: SuiteParams,
  query: z.strictObject({ ...paging, name: Name.optional() }),
  answer: pageOf(Baseline),
  async run({ context }, { params, query: { limit, after, name } }) {
    const before = readCursor(after, Move);
    const found = await listBaselines(context, { ...params, name, before, limit: limit + 1 });
    return toPage(found, limit, ({ at, name: moved, sequence }) =>
      writeCursor({ at, name: moved, sequence }),
    );
  },
});

const moveBaseline = operation({
  method: 'POST',
  path: '/suites/:suite/baselines',
  id: 'blessEvaluation',
  summary: 'Makes an evaluation the baseline that the next ones are compared with.',
  params: SuiteParams,
  body: BlessRequest,
  answer: Baseline,
  run: ({ context }, { params: { suite }, body }) => bless(context, suite, body),
});

const looks = operation({
  method: 'GET',
  path: '/held-out',
  id: 'listHeldOutLooks',
  summary: 'Every look at held-out cases, the latest first, beside what the same task had on dev cases.',
  query: z.strictObject({ ...paging, dataset: Name.optional(), suite: Name.optional() }),
  answer: pageOf(HeldOutLook),
  async run({ context }, { query: { limit, after, ...query } }) {
    const before = readCursor(after, Place);
    const found = await listLooks(context, { ...query, before, limit: limit + 1 });
    return toPage(found, limit, ({ at, id }) => writeCursor({ at, id }));
  },
});

export const GATE_OPERATIONS: readonly Operation[] = [verdicts, baselines, moveBaseline, looks];
