import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { idFromContent } from '../../kernel/ids.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { AddMaintenance, type Maintenance } from '../schema.ts';

/**
 * Declares a time in which nobody is told about an endpoint: alerts about windows that overlap it are recorded as muted,
 * and told after it where they last. Audited. The same one again is the one it finds.
 *
 * @example
 * const startsAt = context.clock.now();
 * await addMaintenance(context, { endpoint: 'flights', startsAt, endsAt: startsAt + 3_600_000, reason: 'new feed' });
 */
export async function addMaintenance(context: Context, input: AddMaintenance): Promise<Maintenance> {
  const checked = checkInput('addMaintenance', AddMaintenance, input);
  const { endpoint, startsAt, endsAt, reason } = checked;
  if (endsAt <= startsAt) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'addMaintenance: it ends before it starts',
      at: 'endsAt',
    });
  }
  const { project, actor } = context;
  const id = idFromContent({ maintenance: { endpoint, startsAt, endsAt } });
  return context.store.database.write(async (sql) => {
    const { numInsertedOrUpdatedRows } = await sql
      .insertInto('maintenance')
      .values({ project, id, endpoint, starts_at: startsAt, ends_at: endsAt, reason, actor })
      .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows) {
      const evidence = { startsAt, endsAt };
      await appendAudit(context, sql, {
        action: 'maintenance.add',
        object: `endpoint/${endpoint}`,
        reason,
        evidence,
      });
    }
    return { ...checked, id, actor };
  });
}
