import { z } from 'zod';

/** By what the use of models is told apart. */
export const UsageKey = z.enum(['model', 'route', 'user', 'provider']);
export type UsageKey = z.infer<typeof UsageKey>;

/** Milliseconds since the epoch; `to` is not in the time itself. */
export const UsageQuery = z.strictObject({
  from: z.number(),
  to: z.number(),
  by: UsageKey.default('model'),
});
export type UsageQuery = z.output<typeof UsageQuery>;

/** What one model, route, user or provider was asked and took. Cost in US dollars, times in milliseconds. */
export const UsageItem = z.strictObject({
  key: z.string(),
  calls: z.int(),
  failures: z.int(),
  cached: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  cost: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});
export type UsageItem = z.infer<typeof UsageItem>;

export const GatewayUsage = z.strictObject({
  items: z.array(UsageItem).describe('The most expensive first.'),
  series: z
    .array(z.strictObject({ at: z.number(), cost: z.number(), calls: z.int() }))
    .describe('By the hour up to three days, else by the day (UTC).'),
});
export type GatewayUsage = z.infer<typeof GatewayUsage>;

export const BudgetState = z.strictObject({
  name: z.string(),
  scope: z.string(),
  /** Whose budget it is, where each has one; null: all together. */
  of: z.string().nullable(),
  period: z.enum(['day', 'month']),
  unit: z.enum(['cost', 'tokens']),
  limit: z.number(),
  spent: z.number(),
  resetsAt: z.number(),
  hard: z.boolean(),
  state: z.enum(['ok', 'near', 'spent']).describe('near: four fifths are spent.'),
});
export type BudgetState = z.infer<typeof BudgetState>;

const RouteTarget = z.strictObject({ provider: z.string(), model: z.string() });
export const RouteSummary = z.strictObject({
  name: z.string(),
  targets: z.array(RouteTarget.extend({ weight: z.number() })),
  fallbacks: z.array(RouteTarget),
  retries: z.int(),
});
export type RouteSummary = z.infer<typeof RouteSummary>;
