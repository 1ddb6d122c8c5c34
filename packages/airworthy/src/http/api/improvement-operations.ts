import { z } from 'zod';
import { decideImprovement } from '../../lifecycle/improve/decide-improvement.ts';
import { getImprovement, listImprovements } from '../../lifecycle/improve/improvement-rows.ts';
import { DecideImprovement } from '../../lifecycle/improve/schema.ts';
import { EndpointName } from '../../serving/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readNumberCursor, toPage } from './query.ts';
import { ImprovementAnswer, ImprovementsAnswer } from './schema.ts';

const Params = z.strictObject({ improvement: z.string().min(1).max(100) });

const list = operation({
  method: 'GET',
  path: '/improvements',
  id: 'listImprovements',
  summary: 'What was tried to improve an endpoint’s model, and what came of it; newest first.',
  query: z.strictObject({
    ...paging,
    endpoint: EndpointName.optional().describe('The project’s own where absent.'),
  }),
  answer: ImprovementsAnswer,
  async run({ context, project }, { query: { limit, after, endpoint = project.endpoint } }) {
    const before = readNumberCursor(after);
    const found = await listImprovements(context, { endpoint, limit: limit + 1, before });
    return toPage(found, limit, ({ number }) => number);
  },
});

const show = operation({
  method: 'GET',
  path: '/improvements/:improvement',
  id: 'getImprovement',
  summary: 'An improvement: its cause, its rows, its verdicts, the decision.',
  params: Params,
  answer: ImprovementAnswer,
  run: ({ context }, { params }) => getImprovement(context, params.improvement),
});

const decide = operation({
  method: 'POST',
  path: '/improvements/:improvement/decision',
  id: 'decideImprovement',
  summary: 'Approves or rejects a challenger that awaits a person’s decision.',
  params: Params,
  body: DecideImprovement,
  answer: ImprovementAnswer,
  run: ({ context, project }, { params, body }) =>
    decideImprovement(context, project, { id: params.improvement, ...body }),
});

export const IMPROVEMENT_OPERATIONS: readonly Operation[] = [list, show, decide];
