import type { EndpointAnswer, Width } from '../../api/answers.ts';
import type { Period } from '../../api/queries.ts';
import type { EndpointSearch } from '../../app/serving-routes.ts';

export type Range = NonNullable<EndpointSearch['range']>;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const RANGES: readonly { range: Range; label: string }[] = [
  { range: '24h', label: '24 hours' },
  { range: '7d', label: '7 days' },
  { range: '28d', label: '28 days' },
  { range: '90d', label: '90 days' },
  { range: 'all', label: 'all' },
];

const LENGTHS: Record<Exclude<Range, 'all'>, number> = {
  '24h': DAY,
  '7d': 7 * DAY,
  '28d': 28 * DAY,
  '90d': 90 * DAY,
};

/** The stretch of time a range means, to the end of the server's hour, so that an hour's questions are the same. */
export function periodOf(range: Range, now: number, versions: EndpointAnswer['versions']): Period {
  const to = Math.ceil(now / HOUR) * HOUR;
  if (range !== 'all') return { from: to - LENGTHS[range], to };
  const starts = versions.map((version) => version.from);
  return { from: starts.length === 0 ? to - 28 * DAY : Math.min(...starts), to };
}

/** Fine enough to see, few enough to draw. */
export function stepOf({ from, to }: Period): Width {
  if (to - from <= 7 * DAY) return 'hour';
  return to - from <= 800 * DAY ? 'day' : 'week';
}
