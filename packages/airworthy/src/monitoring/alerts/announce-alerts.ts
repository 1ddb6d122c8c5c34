import type { Context } from '../../store/ports.ts';
import type { Alert } from '../schema.ts';

/** An alert that was written in a transaction. */
export type AlertChange = Pick<Alert, 'id' | 'endpoint' | 'tier' | 'state'>;

/** Tells the rooms after this one (`alert.changed`); called when the transaction that changed the alerts has committed. */
export function announceAlerts(context: Context, changes: readonly AlertChange[]): void {
  for (const { id, endpoint, tier, state } of changes) {
    context.events.emit('alert.changed', { alert: id, endpoint, tier, state });
  }
}
