import type { Kysely, Selectable } from 'kysely';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Context } from '../../store/ports.ts';
import type { AlertTable, Schema } from '../../store/sql/schema.ts';
import { Alert } from '../schema.ts';

export function toAlert(row: Selectable<AlertTable>): Alert {
  const { id, endpoint, model, version, arm, tier, kind, state, title } = row;
  return Alert.parse({
    ...{ id, endpoint, model, version, arm, tier, kind, state, title },
    evidence: JSON.parse(row.evidence_json),
    openedAt: row.opened_at,
    lastSeenAt: row.last_seen_at,
    resolvedAt: row.resolved_at,
  });
}

/** Writes an alert as it is now, new or changed, inside a write under way. */
export async function saveAlert({ project }: Context, sql: Kysely<Schema>, alert: Alert): Promise<void> {
  const { id, endpoint, model, version, arm, tier, kind, state, title } = alert;
  const changing = {
    state,
    title,
    evidence_json: canonicalJson(alert.evidence),
    last_seen_at: alert.lastSeenAt,
    resolved_at: alert.resolvedAt,
  };
  await sql
    .insertInto('alert')
    .values({
      project,
      id,
      endpoint,
      model,
      version,
      arm,
      tier,
      kind,
      opened_at: alert.openedAt,
      ...changing,
    })
    .onConflict((conflict) => conflict.columns(['project', 'id']).doUpdateSet(changing))
    .execute();
}
