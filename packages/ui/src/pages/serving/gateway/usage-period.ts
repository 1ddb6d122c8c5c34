import type { UsageRange } from '../../../app/serving-routes.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LENGTHS: Record<UsageRange, number> = { '24h': DAY, '7d': 7 * DAY, '28d': 28 * DAY, '90d': 90 * DAY };

export const RANGE_WORDS: Record<UsageRange, string> = {
  '24h': '24 hours',
  '7d': '7 days',
  '28d': '28 days',
  '90d': '90 days',
};

/** To the end of the server's hour, so that an hour's questions are the same. */
export function usagePeriod(range: UsageRange, now: number): { from: number; to: number } {
  const to = Math.ceil(now / HOUR) * HOUR;
  return { from: to - LENGTHS[range], to };
}
