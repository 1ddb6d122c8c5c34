import { CATALOGUE, type ErrorCode } from '../../kernel/error-catalogue.ts';
import { count, figure } from '../../kernel/figures.ts';
import { binomialSurvival } from '../../stats/distributions/binomial.ts';
import type { AlertKind, WindowReport } from '../schema.ts';
import { compareWith, type Observation } from './observation.ts';
import { percent } from './percent.ts';

/** What service was like in hours like this one; null where too little is known. */
export interface ServiceBaseline {
  /** Share of the records asked for that the schema refused. */
  invalid: number | null;
  /** 95th percentile of the latency, in milliseconds. */
  p95: number | null;
}

/** Schema-invalid records page beyond the larger of these. */
const INVALID_FLOOR = 0.01;
const INVALID_TIMES = 5;
/** What has gone wrong for weeks does not become right by it. */
const INVALID_CEILING = 0.2;
/** The share of failures at which an objective of 99.9 % burns a month's budget 14.4 times too fast. */
export const BURN_SHARE = 14.4 * (1 - 0.999);
/** Latency: so many times, and at least so many milliseconds above, what such hours have. */
const SLOW_TIMES = 3;
const SLOW_FLOOR = 50;
/** A share beyond its threshold must be so unlikely by chance, out of at least so many records. */
const SURE = 0.001;
export const FEWEST = 20;

/** Records that were refused, that failed, and how long the others took. */
export function observeService(report: WindowReport, baseline: ServiceBaseline): Observation[] {
  const { invalid, broken } = countFailures(report.failures);
  const asked = report.predictions + invalid + broken;
  const usual = INVALID_TIMES * (baseline.invalid ?? 0);
  const allowed = Math.min(INVALID_CEILING, Math.max(INVALID_FLOOR, usual));
  return [
    ...observeShare('invalid-requests', invalid, asked, allowed, 'do not fit the model’s signature'),
    ...observeShare('unavailable', broken, asked, BURN_SHARE, 'got no prediction because serving failed'),
    ...observeLatency(report, baseline.p95),
  ];
}

/** Failures by whose fault they are: the caller's, or ours. */
export function countFailures(failures: Readonly<Record<string, number>>): {
  invalid: number;
  broken: number;
} {
  let [invalid, broken] = [0, 0];
  for (const [code, records] of Object.entries(failures)) {
    if (code === 'RECORD_INVALID') invalid += records;
    else if (isServersFault(code)) broken += records;
  }
  return { invalid, broken };
}

/** A graph of another program that fails on valid records is no fault of theirs, although the error is a 4xx. */
function isServersFault(code: string): boolean {
  return code === 'ONNX_RUN_FAILED' || (code in CATALOGUE && CATALOGUE[code as ErrorCode].status >= 500);
}

/** A share of records against what is allowed: beyond it, and not by chance (exact binomial). */
export function observeShare(
  kind: AlertKind,
  hits: number,
  records: number,
  allowed: number,
  says: string,
): Observation[] {
  if (records < FEWEST) return [];
  const share = hits / records;
  const found = compareWith(allowed, share);
  const byChance = binomialSurvival(hits - 1, records, Math.min(1, allowed)) > SURE;
  return [
    {
      kind,
      subject: '',
      finding: found === 'raised' && byChance ? 'between' : found,
      effect: share,
      threshold: allowed,
      severity: share,
      n: records,
      says: () => `${percent(share)} of ${count(records)} records ${says}; ${percent(allowed)} is allowed`,
    },
  ];
}

function observeLatency({ latency, predictions }: WindowReport, usual: number | null): Observation[] {
  if (latency === null || usual === null || predictions < FEWEST) return [];
  const threshold = Math.max(SLOW_TIMES * usual, usual + SLOW_FLOOR);
  return [
    {
      kind: 'slow',
      subject: '',
      finding: compareWith(threshold, latency.p95),
      effect: latency.p95,
      threshold,
      severity: latency.p95,
      n: predictions,
      says: () =>
        `95 of 100 predictions took up to ${figure(latency.p95)} ms, where ${figure(usual)} ms is usual (n ${count(predictions)})`,
    },
  ];
}
