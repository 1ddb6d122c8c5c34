import { z } from 'zod';
import {
  describeRollout,
  listRollouts,
  RolloutDetail,
  RolloutSummary,
  readRollout,
  StartRollout,
  SteerRollout,
  startRollout,
  steerRollout,
} from '../../serving/index.ts';
import { EndpointParams, requireStatus } from './endpoint-operations.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readNumberCursor, toPage } from './query.ts';

const Params = z.strictObject({ rollout: z.string().min(1).max(100) });
const RolloutsAnswer = z.strictObject({ items: z.array(RolloutSummary), next: z.string().nullable() });

const list = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/rollouts',
  id: 'listRollouts',
  summary: 'What was rolled out at an endpoint, and what came of it; newest first.',
  params: EndpointParams,
  query: z.strictObject(paging),
  answer: RolloutsAnswer,
  async run({ context, endpoints }, { params: { endpoint }, query: { limit, after } }) {
    requireStatus(endpoints, endpoint);
    const found = await listRollouts(context, {
      endpoint,
      before: readNumberCursor(after),
      limit: limit + 1,
    });
    return toPage(found, limit, ({ number }) => number);
  },
});

const show = operation({
  method: 'GET',
  path: '/rollouts/:rollout',
  id: 'getRollout',
  summary: 'A rollout: its arms with intervals, what each guard says, every transition with its evidence.',
  params: Params,
  answer: RolloutDetail,
  async run({ context }, { params }) {
    return describeRollout(context, await readRollout(context, params.rollout));
  },
});

const start = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/rollouts',
  id: 'startRollout',
  summary: 'Rolls a version out beside what serves: shadow, canary, promotion or rollback, by evidence.',
  params: EndpointParams,
  body: StartRollout,
  answer: RolloutDetail,
  async run({ context, endpoints, project }, { params: { endpoint }, body }) {
    requireStatus(endpoints, endpoint);
    const rollout = await startRollout(context, endpoint, body, project.config.serving.rollout);
    return describeRollout(context, rollout);
  },
});

const ACTS = {
  promote: 'Makes the version that is tried out answer everything, whatever the guards say.',
  pause:
    'Keeps the weights as they are until somebody resumes it; a version that is worse is rolled back all the same.',
  resume: 'Goes on with the step that was paused, with its whole time again.',
  abort: 'Sends everything back to the champion at once.',
} as const;

const steer = (Object.keys(ACTS) as (keyof typeof ACTS)[]).map((act) =>
  operation({
    method: 'POST',
    path: `/rollouts/:rollout/${act}`,
    id: `${act}Rollout`,
    summary: ACTS[act],
    params: Params,
    body: SteerRollout,
    answer: RolloutDetail,
    run: async ({ context }, { params, body }) =>
      describeRollout(context, await steerRollout(context, params.rollout, act, body)),
  }),
);

export const ROLLOUT_OPERATIONS: readonly Operation[] = [list, show, start, ...steer];
