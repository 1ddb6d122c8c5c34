import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { AcknowledgeAlert, type Alert } from '../schema.ts';
import { acceptReference } from './accept-reference.ts';
import { saveAlert } from './alert-rows.ts';
import { announceAlerts } from './announce-alerts.ts';
import { requireAlert } from './get-alert.ts';

/**
 * Answers an alert, audited. `seen`: somebody looks after it, and it is told again only where it doubles.
 * `accept-reference`: what its columns (or the score) showed in the windows that raised it becomes what they are compared
 * with from here on; the alert is resolved. Throws ALERT_NOT_FOUND, ALERT_NOT_ACCEPTABLE.
 *
 * @example
 * await acknowledgeAlert(context, { id, action: 'accept-reference', reason: 'the new terminal has opened' });
 */
export async function acknowledgeAlert(context: Context, input: AcknowledgeAlert): Promise<Alert> {
  const checked = checkInput('acknowledgeAlert', AcknowledgeAlert, input);
  const alert =
    checked.action === 'seen' ? await markSeen(context, checked) : await acceptReference(context, checked);
  announceAlerts(context, [alert]);
  return alert;
}

function markSeen(context: Context, { id, reason }: AcknowledgeAlert): Promise<Alert> {
  return context.store.database.write(async (sql) => {
    const alert = await requireAlert(context, sql, id);
    if (alert.state === 'acknowledged') return alert;
    if (alert.state === 'resolved') {
      throw new AirworthyError('ALERT_NOT_ACCEPTABLE', { message: `alert ${id} is resolved already` });
    }
    const seen: Alert = { ...alert, state: 'acknowledged' };
    await saveAlert(context, sql, seen);
    const { kind, title } = alert;
    await appendAudit(context, sql, {
      action: 'alert.acknowledge',
      object: `alert/${id}`,
      reason,
      evidence: { kind, title },
    });
    return seen;
  });
}
