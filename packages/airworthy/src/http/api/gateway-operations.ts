import { z } from 'zod';
import { BudgetState, GatewayUsage, RouteSummary, UsageKey } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { type Operation, operation } from './operation.ts';
import { Moment } from './query.ts';

const DEFAULT_SPAN_MS = 28 * 24 * 60 * 60 * 1_000;

const usage = operation({
  method: 'GET',
  path: '/gateway/usage',
  id: 'readGatewayUsage',
  summary: 'What language models were asked and cost, by model, route, user or provider, and over time.',
  query: z.strictObject({
    from: Moment.optional().describe('Four weeks before `to` where absent.'),
    to: Moment.optional().describe('Now where absent; not in the time itself.'),
    by: UsageKey.default('model'),
  }),
  answer: GatewayUsage,
  run({ context, gateway }: DoorDependencies, { query: { by, ...query } }) {
    // What is asked at this very moment belongs to it.
    const to = query.to ?? context.clock.now() + 1;
    return gateway.usage({ from: query.from ?? to - DEFAULT_SPAN_MS, to, by });
  },
});

const budgets = operation({
  method: 'GET',
  path: '/gateway/budgets',
  id: 'listGatewayBudgets',
  summary: 'What may be spent on language models, what is spent, and when it begins anew.',
  answer: z.strictObject({ items: z.array(BudgetState) }),
  run: async ({ gateway }) => ({ items: await gateway.budgets() }),
});

const routes = operation({
  method: 'GET',
  path: '/gateway/routes',
  id: 'listGatewayRoutes',
  summary: 'The names that clients ask for, and who answers.',
  answer: z.strictObject({ items: z.array(RouteSummary) }),
  run: async ({ gateway }) => ({ items: gateway.routes() }),
});

export const GATEWAY_OPERATIONS: readonly Operation[] = [usage, budgets, routes];
