import type { Kysely } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Alert } from '../schema.ts';
import { toAlert } from './alert-rows.ts';

/** One alert with its evidence. Throws ALERT_NOT_FOUND. */
export async function getAlert(context: Context, id: string): Promise<Alert> {
  return requireAlert(context, context.store.database.sql, id);
}

export async function requireAlert({ project }: Context, sql: Kysely<Schema>, id: string): Promise<Alert> {
  const row = await sql
    .selectFrom('alert')
    .selectAll()
    .where('project', '=', project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return toAlert(row);
  throw new AirworthyError('ALERT_NOT_FOUND', { message: `no alert has the id "${id}" in this project` });
}
