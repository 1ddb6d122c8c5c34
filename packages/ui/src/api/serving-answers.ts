/** The server's own types of live endpoints, rollouts and the gateway, by name: nothing of the server is bundled. */

import type { BudgetState, RouteSummary } from '../../../airworthy/src/serving/gateway/schema.ts';
import type { RolloutSummary } from '../../../airworthy/src/serving/rollouts/schema.ts';
import type { Page } from './answers.ts';

export type {
  BudgetState,
  GatewayUsage,
  RouteSummary,
  UsageItem,
} from '../../../airworthy/src/serving/gateway/schema.ts';
export type { RolloutStep } from '../../../airworthy/src/serving/rollouts/plan-schema.ts';
export type {
  GuardVerdict,
  RolloutArmFigures,
  RolloutDetail,
  RolloutEvent,
  RolloutStateName,
  RolloutSummary,
  SequentialFigure,
} from '../../../airworthy/src/serving/rollouts/schema.ts';
export type {
  ArmFigures,
  EndpointFigures,
  FigurePoint,
} from '../../../airworthy/src/serving/statistics/schema.ts';

export type RolloutsAnswer = Page<RolloutSummary>;
export interface BudgetsAnswer {
  items: BudgetState[];
}
export interface RoutesAnswer {
  items: RouteSummary[];
}
