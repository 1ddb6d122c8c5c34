import type { Kysely } from 'kysely';
import type { Schema } from '../../store/sql/schema.ts';

/** Whose calls nobody knows. */
const NOBODY = '';

/** Gives what a person called to nobody, inside a write: sums stay right, and budgets of others as they are. */
export async function eraseUsage(
  sql: Kysely<Schema>,
  project: string,
  subject: string,
): Promise<{ usage: number }> {
  const usage = await sql
    .deleteFrom('gateway_usage')
    .where('project', '=', project)
    .where('user_key', '=', subject)
    .returningAll()
    .execute();
  for (const row of usage)
    await sql
      .insertInto('gateway_usage')
      .values({ ...row, user_key: NOBODY })
      .onConflict((conflict) =>
        conflict.columns(['project', 'at', 'provider', 'model', 'route', 'user_key']).doUpdateSet((eb) => ({
          calls: eb('gateway_usage.calls', '+', row.calls),
          failures: eb('gateway_usage.failures', '+', row.failures),
          cached: eb('gateway_usage.cached', '+', row.cached),
          input_tokens: eb('gateway_usage.input_tokens', '+', row.input_tokens),
          output_tokens: eb('gateway_usage.output_tokens', '+', row.output_tokens),
          cost_units: eb('gateway_usage.cost_units', '+', row.cost_units),
        })),
      )
      .execute();
  const latency = await sql
    .deleteFrom('gateway_latency')
    .where('project', '=', project)
    .where('user_key', '=', subject)
    .returningAll()
    .execute();
  for (const row of latency)
    await sql
      .insertInto('gateway_latency')
      .values({ ...row, user_key: NOBODY })
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'at', 'provider', 'model', 'route', 'user_key', 'place'])
          .doUpdateSet((eb) => ({ calls: eb('gateway_latency.calls', '+', row.calls) })),
      )
      .execute();
  return { usage: usage.length };
}
