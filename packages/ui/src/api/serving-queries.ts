import { keepPreviousData } from '@tanstack/react-query';
import { list, name, read } from './reads.ts';
import { apiPath, post } from './request.ts';
import type {
  BudgetsAnswer,
  EndpointFigures,
  GatewayUsage,
  RolloutDetail,
  RolloutsAnswer,
  RoutesAnswer,
} from './serving-answers.ts';

/** What happens now changes with each request, without the server's saying so. */
const LIVE = 2_000;
/** Figures of a rollout grow with its traffic; the server tells of its transitions. */
const SAMPLED = 5_000;

export const endpointFigures = (of: string, minutes: number) => ({
  ...read<EndpointFigures>(`/endpoints/${name(of)}/figures`, ['endpoints'], { minutes }),
  refetchInterval: LIVE,
  placeholderData: keepPreviousData,
});

export const rollouts = (endpoint: string) =>
  list<RolloutsAnswer>(`/endpoints/${name(endpoint)}/rollouts`, ['rollout'], { limit: 50 });
export const rollout = (id: string) => ({
  ...read<RolloutDetail>(`/rollouts/${name(id)}`, ['rollout', 'labels']),
  refetchInterval: ({ state }: { state: { data: RolloutDetail | undefined } }) =>
    state.data?.endedAt === null ? SAMPLED : (false as const),
});

export type RolloutAct = 'promote' | 'pause' | 'resume' | 'abort';

export const steerRollout = (id: string, act: RolloutAct, reason: string) =>
  post(apiPath(`/rollouts/${name(id)}/${act}`), { reason });

export const gatewayUsage = (query: { from: number; to: number; by: string }) => ({
  ...read<GatewayUsage>('/gateway/usage', ['gateway'], query),
  placeholderData: keepPreviousData,
});
export const gatewayBudgets = () => read<BudgetsAnswer>('/gateway/budgets', ['gateway']);
export const gatewayRoutes = () => read<RoutesAnswer>('/gateway/routes', []);
