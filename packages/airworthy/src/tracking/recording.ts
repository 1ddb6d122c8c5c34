// The narrow door for a stage that records runs: what that needs, without traces, capture and search, which index.ts loads too.
export { logMetrics } from './metrics/log-metrics.ts';
export { createRedactor, redact } from './redaction/redact-text.ts';
export { redactValue } from './redaction/redact-value.ts';
export { endRun } from './runs/end-run.ts';
export { setTags } from './runs/set-tags.ts';
export { startRun } from './runs/start-run.ts';
export type { ModelPrice } from './traces/config.ts';
export { createPricer } from './traces/price-span.ts';
