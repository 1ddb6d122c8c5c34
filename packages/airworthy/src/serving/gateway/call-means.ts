import type { Context } from '../../store/ports.ts';
import type { Pseudonym, SpanPricer } from '../../tracking/index.ts';
import type { TargetAsker } from './ask-targets.ts';
import type { Budgets } from './budgets.ts';
import type { CallLog } from './call-log.ts';
import type { GatewayConfig } from './config.ts';
import type { RateLimiter } from './rate-limits.ts';

/** What every call needs. */
export interface CallMeans {
  context: Context;
  config: GatewayConfig;
  env: Readonly<Record<string, string | undefined>>;
  price: SpanPricer;
  pseudonym: Pseudonym;
  asker: TargetAsker;
  limiter: RateLimiter;
  budgets: Budgets;
  log: CallLog;
}
