import { z } from 'zod';
import { ArmFigures, EndpointFigures, EndpointStatus } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { EndpointParams, requireStatus } from './endpoint-operations.ts';
import { type Operation, operation } from './operation.ts';
import { wholeNumber } from './query.ts';

const Minutes = z.strictObject({
  minutes: wholeNumber(1, 60)
    .default(5)
    .describe('How far back; beyond five, points are of ten seconds instead of one.'),
});

/** GET /figures */
const ServerFigures = z.strictObject({
  at: z.number(),
  minutes: z.int(),
  process: z.strictObject({
    upMs: z.number(),
    memoryBytes: z.number().describe('Resident, of the whole process.'),
  }),
  predictions: z.strictObject({ logged: z.int(), shed: z.int(), repeated: z.int(), queued: z.int() }),
  endpoints: z.array(
    z.strictObject({
      endpoint: z.string(),
      state: EndpointStatus.shape.state,
      problem: z.string().nullable(),
      model: z.string().nullable(),
      version: z.int().nullable(),
      arms: z.array(ArmFigures),
    }),
  ),
});
export type ServerFigures = z.infer<typeof ServerFigures>;

const ofEndpoint = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/figures',
  id: 'getEndpointFigures',
  summary: 'How an endpoint does now: each arm over the last minutes, and their course.',
  params: EndpointParams,
  query: Minutes,
  answer: EndpointFigures,
  async run(doors, { params: { endpoint }, query: { minutes } }) {
    requireStatus(doors.endpoints, endpoint);
    const [arms, series] = [
      await readArms(doors, endpoint, minutes),
      doors.statistics.series(endpoint, minutes),
    ];
    return { endpoint, at: doors.context.clock.now(), minutes, arms, series };
  },
});

const ofServer = operation({
  method: 'GET',
  path: '/figures',
  id: 'getServerFigures',
  summary: 'How the server does now: the process, and every endpoint with its arms.',
  query: Minutes,
  answer: ServerFigures,
  async run(doors, { query: { minutes } }) {
    const statuses = doors.endpoints.status();
    const { logged, shed, repeated, queued } = doors.endpoints.predictionCounts();
    return {
      at: doors.context.clock.now(),
      minutes,
      process: { upMs: process.uptime() * 1_000, memoryBytes: process.memoryUsage.rss() },
      predictions: { logged, shed, repeated, queued },
      endpoints: await Promise.all(
        statuses.map(async ({ endpoint, state, problem, deployment }) => ({
          endpoint,
          state,
          problem,
          model: deployment?.model ?? null,
          version: deployment?.version ?? null,
          arms: await readArms(doors, endpoint, minutes),
        })),
      ),
    };
  },
});

/** Arms that answered something in the time, and those that are in memory and did not. */
async function readArms(
  { statistics, endpoints }: DoorDependencies,
  endpoint: string,
  minutes: number,
): Promise<ArmFigures[]> {
  const resident = (await endpoints.resident()).filter((each) => each.endpoint === endpoint);
  const busy = statistics.arms(endpoint, minutes);
  const isOf = (a: Pick<ArmFigures, 'arm' | 'model' | 'version'>) => (b: typeof a) =>
    a.arm === b.arm && a.model === b.model && a.version === b.version;
  const idle = resident.filter((each) => !busy.some(isOf(each)));
  return [
    ...busy.map((each) => ({ ...each, memoryBytes: resident.find(isOf(each))?.memoryBytes ?? null })),
    ...idle.map(({ arm, model, version, memoryBytes }) => ({ ...IDLE, arm, model, version, memoryBytes })),
  ];
}

const IDLE = {
  rate: 0,
  requests: 0,
  failures: 0,
  shed: 0,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  batchMean: null,
  queue: 0,
};

export const FIGURES_OPERATIONS: readonly Operation[] = [ofEndpoint, ofServer];
