import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import { describeEndpoints, readEndpoint } from '../../lifecycle/read-endpoint.ts';
import {
  Deployment,
  DeployRequest,
  EndpointName,
  type EndpointStatus,
  LoggedPrediction,
  listDeployments,
  resolveRelease,
} from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, toPage, writeCursor } from './query.ts';
import { DeploymentsAnswer, EndpointAnswer, EndpointsAnswer } from './schema.ts';

export const EndpointParams = z.strictObject({ endpoint: EndpointName });
/** Where a page of deployments ended. */
const Started = z.strictObject({ startedAt: z.int(), id: z.string() });

const list = operation({
  method: 'GET',
  path: '/endpoints',
  id: 'listEndpoints',
  summary: 'Endpoints by name, with what serves, since when, on what evidence.',
  query: z.strictObject(paging),
  answer: EndpointsAnswer,
  async run({ context, endpoints, project }, { query: { limit, after = '' } }) {
    const later = endpoints.status().filter(({ endpoint }) => endpoint > after);
    const { items, next } = toPage(later, limit, ({ endpoint }) => endpoint);
    return { items: await describeEndpoints(context, items, project.config.monitoring), next };
  },
});

const show = operation({
  method: 'GET',
  path: '/endpoints/:endpoint',
  id: 'getEndpoint',
  summary: 'An endpoint with its signature, an example record, and what it served.',
  params: EndpointParams,
  answer: EndpointAnswer,
  run({ context, endpoints, project }, { params }) {
    const status = requireStatus(endpoints, params.endpoint);
    const signature = status.deployment ? endpoints.describe(params.endpoint).signature : null;
    return readEndpoint(context, { status, signature }, project.config.monitoring);
  },
});

/** @throws ENDPOINT_NOT_FOUND */
export function requireStatus(endpoints: DoorDependencies['endpoints'], endpoint: string): EndpointStatus {
  const statuses = endpoints.status();
  const status = statuses.find((each) => each.endpoint === endpoint);
  if (status) return status;
  const nearest = nearestName(
    endpoint,
    statuses.map((each) => each.endpoint),
  );
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `no endpoint is named "${endpoint}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    at: endpoint,
  });
}

const deploy = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/deploy',
  id: 'deployEndpoint',
  summary: 'Serves another version, by number or alias, without dropping a request.',
  params: EndpointParams,
  body: DeployRequest,
  answer: Deployment,
  async run({ context, endpoints }, { params, body }) {
    return endpoints.deploy(params.endpoint, await resolveRelease(context, body));
  },
});

const deployments = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/deployments',
  id: 'listDeployments',
  summary: 'What an endpoint served, past and present; newest first.',
  params: EndpointParams,
  query: z.strictObject(paging),
  answer: DeploymentsAnswer,
  async run({ context, endpoints }, { params: { endpoint }, query: { limit, after } }) {
    requireStatus(endpoints, endpoint);
    const before = readCursor(after, Started);
    const found = await listDeployments(context, { endpoint, before, limit: limit + 1 });
    return toPage(found, limit, ({ startedAt, id }) => writeCursor({ startedAt, id }));
  },
});

const getPrediction = operation({
  method: 'GET',
  path: '/predictions/:id',
  id: 'getPrediction',
  summary: 'A logged prediction with its record.',
  params: z.strictObject({
    id: z.string().regex(/^[0-9a-f]{32}$/, 'a prediction id is 32 lower-case hex characters'),
  }),
  answer: LoggedPrediction,
  run: ({ endpoints }, { params }) => endpoints.findPrediction(params.id),
});

export const ENDPOINT_OPERATIONS: readonly Operation[] = [list, show, deploy, deployments, getPrediction];
