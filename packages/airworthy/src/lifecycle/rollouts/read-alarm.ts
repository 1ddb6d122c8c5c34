import { listAlerts } from '../../monitoring/index.ts';
import type { Context } from '../../store/ports.ts';

/** What an open alert says of an endpoint, as a reason for a bandit not to learn; null where there is none. */
export async function readAlarm(context: Context, endpoint: string): Promise<string | null> {
  const { alerts } = await listAlerts(context, { endpoint, state: 'open', limit: 20 });
  return alerts.find(({ tier }) => tier !== 'digest')?.title ?? null;
}
